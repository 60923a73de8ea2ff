#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace namrack::player {

/// A path under which no file can be read. what() is one sentence.
class UnusableFile : public std::runtime_error {
 public:
  UnusableFile(const std::string& message, bool is_permission)
      : std::runtime_error(message), is_permission_(is_permission) {}
  /// The permissions are the cause.
  bool is_permission() const { return is_permission_; }

 private:
  bool is_permission_;
};

// Threads: any; each waits for the disk.

/// The file's content; nullopt when there is nothing. Reads regular files only: a pipe would be waited for, a
/// device has no end. Throws UnusableFile, also when it has more than `most` bytes.
std::optional<std::string> read_regular_file(const std::filesystem::path& path, std::size_t most);

/// Replaces a file, or makes it with its folder: a reader sees the old or the new content, also after a power
/// cut. A symbolic link stays, and the file that it names is replaced. Keeps the file's mode. Throws
/// std::system_error; the old file is then as it was.
void replace_file(const std::filesystem::path& path, std::string_view content);

/// Keeps `content` beside `path`, as PATH.corrupt or PATH.corrupt.2 and so on: nothing is overwritten, and
/// the same content is kept once. Returns the file's name. Throws std::system_error.
std::filesystem::path keep_aside(const std::filesystem::path& path, std::string_view content);

}  // namespace namrack::player
