#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace namrack::player {

/// Finds model files. Threads: any; asks the file system, so keep it off the control thread.
class ModelPaths {
 public:
  ModelPaths(std::vector<std::filesystem::path> folders, bool restricted)
      : folders_(std::move(folders)), restricted_(restricted) {}

  /// The file that `path` means: an absolute path itself; a relative one in the first folder that has it,
  /// else below the working directory. Throws ProtocolError: not_found; permission when only the folders are
  /// allowed and the file, with symbolic links followed, lies outside them, or may not be looked at; io when
  /// it is no file.
  std::filesystem::path resolve(const std::string& path) const;

 private:
  std::vector<std::filesystem::path> folders_;
  bool restricted_;
};

}  // namespace namrack::player
