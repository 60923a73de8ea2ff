#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace namrack::player {

/// "model" or "ir" by the end of a file's name, whatever its capitals; nullopt: it is neither. (A .nam may
/// hold an impulse response all the same; only reading it tells.)
std::optional<std::string_view> kind_of_model(const std::filesystem::path& file);

/// Finds model files. Threads: any; asks the file system, so keep it off the control thread.
class ModelPaths {
 public:
  ModelPaths(std::vector<std::filesystem::path> folders, bool restricted)
      : folders_(std::move(folders)), restricted_(restricted) {}

  /// The file that `path` means: an absolute path itself; a relative one in the first folder that has it,
  /// else below the working directory. The end of its name (.nam, …) may be left out. Throws ProtocolError:
  /// not_found; permission when only the folders are allowed and the file, with symbolic links followed, lies
  /// outside them, or may not be looked at; io when it is no file; params when its name is not UTF-8.
  std::filesystem::path resolve(const std::string& path) const;

  /// Where models are looked for: `dir` itself, or below each of the folders that has it; nullopt: the
  /// folders. Throws ProtocolError: not_found, permission.
  std::vector<std::filesystem::path> folders(const std::optional<std::string>& dir) const;

 private:
  void require_allowed(const std::filesystem::path& path) const;

  std::vector<std::filesystem::path> folders_;
  bool restricted_;
};

}  // namespace namrack::player
