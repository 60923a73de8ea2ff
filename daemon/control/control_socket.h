#pragma once

#include <sys/types.h>

#include <filesystem>

namespace namrack::daemon {

/// The listening Unix socket: made by us, or passed by systemd. Thread: control.
///
/// One daemon a socket: a lock on the file PATH.lock, which stays where it is, is held for as long as this
/// lives. The socket is born inside a private folder and renamed into place, so that it is at no time open to
/// others than its mode 0660 says. A file left by a dead daemon is removed only after connecting to it has
/// failed.
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
  /// Makes the socket again when its file has been deleted; true: it listens anew, see release(). Throws as
  /// the constructor when something else is in its place.
  bool restore();

 private:
  /// Which file it is, whatever its name.
  struct Identity {
    dev_t device = 0;
    ino_t inode = 0;  // 0: none
    friend bool operator==(const Identity&, const Identity&) = default;
  };
  static Identity identity_of(const std::filesystem::path& path);
  std::filesystem::path lock_path() const;
  void lock();
  void listen();
  void remove_stale() const;
  int bind_privately() const;

  std::filesystem::path path_;
  int fd_ = -1;
  int lock_fd_ = -1;
  bool passed_ = false;
  Identity file_;  // ours: another daemon's is not ours to remove
  Identity lock_file_;
};

}  // namespace namrack::daemon
