#pragma once

#include <filesystem>

namespace namrack::cli {

/// A file that appears under its name complete or not at all: written beside it under another name, then
/// renamed. An existing file keeps its permissions; a symbolic link stays and its target is replaced. Throws
/// std::runtime_error with one line.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);
  /// Removes what was written, unless commit() was called.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Write here.
  const std::filesystem::path& temporary_path() const { return temporary_; }
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
};

}  // namespace namrack::cli
