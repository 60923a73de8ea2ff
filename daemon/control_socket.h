#pragma once

#include <filesystem>

namespace namrack::daemon {

/// The listening Unix socket: made by us, or passed by systemd. Thread: control.
///
/// The file is born inside a private folder and renamed into place, so that it is at no time open to others
/// than its mode 0660 says. A file left by a dead daemon is removed only after connecting to it has failed.
class ControlSocket {
 public:
  /// Throws StartupError: socket_taken when a live daemon answers there or the file cannot be made,
  /// permission, bad_config when the path is too long.
  explicit ControlSocket(std::filesystem::path path);
  /// Removes the file, unless systemd owns it, or another daemon has put its own there.
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Removes the file early.
  void remove();
  /// The listening descriptor; the caller takes it over.
  int release();

 private:
  void remove_stale() const;
  int bind_privately() const;

  std::filesystem::path path_;
  int fd_ = -1;
  bool passed_ = false;
  unsigned long inode_ = 0;  // of our file: another daemon's is not ours to remove
};

}  // namespace namrack::daemon
