#include "daemon/control/control_socket.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "daemon/exit_code.h"
#include "protocol/error.h"
#include "protocol/socket_path.h"

namespace namrack::daemon {
namespace fs = std::filesystem;
namespace {

constexpr int kBacklog = 64;

[[noreturn]] void fail(int error, const std::string& what) {
  const bool permission = error == EACCES || error == EPERM;
  throw StartupError(permission ? ExitCode::permission : ExitCode::socket_taken,
                     what + ": " + std::generic_category().message(error));
}

sockaddr_un address_of(const fs::path& path) {
  try {
    protocol::check_socket_path(path.string());
  } catch (const protocol::ProtocolError& error) {
    throw StartupError(ExitCode::socket_taken, error.message());
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.string().size());
  return address;
}

int new_socket() {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw StartupError(ExitCode::os_failure, "socket: " + std::generic_category().message(errno));
  return fd;
}

// The descriptor that systemd passes, or -1.
int passed_socket() {
  constexpr int kUnsetEnvironment = 1;
  const int count = ::sd_listen_fds(kUnsetEnvironment);
  if (count <= 0) return -1;
  if (count > 1 || ::sd_is_socket_unix(SD_LISTEN_FDS_START, SOCK_STREAM, 1, nullptr, 0) <= 0)
    throw StartupError(ExitCode::bad_config, "systemd must pass exactly one listening Unix stream socket");
  return SD_LISTEN_FDS_START;
}

// A folder that only we may enter, beside the socket; removed with what is in it.
class PrivateFolder {
 public:
  explicit PrivateFolder(const fs::path& parent) {
    std::string name = (parent / ".nrXXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) fail(errno, parent.string());
    path_ = name;
  }
  ~PrivateFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void make_parent(const fs::path& parent) {
  std::error_code error;
  if (fs::exists(parent, error)) return;
  if (parent.has_parent_path() && parent != parent.parent_path()) make_parent(parent.parent_path());
  if (::mkdir(parent.c_str(), 0750) != 0 && errno != EEXIST) fail(errno, parent.string());
}

}  // namespace

ControlSocket::ControlSocket(fs::path path) : path_(fs::absolute(path)) {
  fd_ = passed_socket();
  if (fd_ >= 0) {
    passed_ = true;
    return;
  }
  address_of(path_);
  listen();
}

ControlSocket::~ControlSocket() {
  if (fd_ >= 0) ::close(fd_);
  remove();
  if (lock_fd_ >= 0) ::close(lock_fd_);
}

void ControlSocket::remove() {
  if (!passed_ && file_.inode != 0 && identity_of(path_) == file_) ::unlink(path_.c_str());
  file_ = {};
}

void ControlSocket::listen() {
  make_parent(path_.parent_path());
  lock();
  remove_stale();
  fd_ = bind_privately();
  file_ = identity_of(path_);
}

bool ControlSocket::restore() {
  if (passed_ || identity_of(path_) == file_) return false;
  listen();
  return true;
}

ControlSocket::Identity ControlSocket::identity_of(const fs::path& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return {};
  return {.device = status.st_dev, .inode = status.st_ino};
}

fs::path ControlSocket::lock_path() const {
  fs::path path = path_;
  path += ".lock";
  return path;
}

// The lock is that of the file that has the name now: one that was deleted keeps nobody out.
void ControlSocket::lock() {
  const fs::path path = lock_path();
  while (lock_fd_ < 0 || identity_of(path) != lock_file_) {
    const int fd =
        ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
    if (fd < 0) fail(errno, path.string() + ", the lock of the socket");
    struct stat status{};
    const bool is_file = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    const bool locked = is_file && ::flock(fd, LOCK_EX | LOCK_NB) == 0;
    const int error = errno;
    if (!locked) ::close(fd);
    if (!is_file)
      throw StartupError(ExitCode::socket_taken, path.string() + " is there and is no file; remove it");
    if (!locked && error == EWOULDBLOCK)
      throw StartupError(ExitCode::socket_taken, path_.string() + " is served by another daemon");
    if (!locked) fail(error, path.string() + ", the lock of the socket");
    if (lock_fd_ >= 0) ::close(lock_fd_);
    lock_fd_ = fd;
    lock_file_ = {.device = status.st_dev, .inode = status.st_ino};
  }
}

int ControlSocket::release() {
  return std::exchange(fd_, -1);
}

void ControlSocket::remove_stale() const {
  struct stat status{};
  if (::lstat(path_.c_str(), &status) != 0) {
    if (errno == ENOENT) return;
    fail(errno, path_.string());
  }
  if (!S_ISSOCK(status.st_mode))
    throw StartupError(ExitCode::socket_taken, path_.string() + " is there and is no socket");
  const sockaddr_un address = address_of(path_);
  const int probe = new_socket();
  const bool answered = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  const int error = errno;
  ::close(probe);
  // A full backlog (EAGAIN) is a sign of life as well.
  if (answered || error == EAGAIN)
    throw StartupError(ExitCode::socket_taken, path_.string() + " is served by another daemon");
  if (error != ECONNREFUSED) fail(error, path_.string());
  spdlog::info("removing the stale socket {}", path_.string());
  if (::unlink(path_.c_str()) != 0) fail(errno, path_.string());
}

int ControlSocket::bind_privately() const {
  const PrivateFolder folder(path_.parent_path());
  const fs::path birthplace = folder.path() / "s";
  // The folder's name may not fit into an address although the final one does; its descriptor always does.
  const int folder_fd = ::open(folder.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder_fd < 0) fail(errno, folder.path().string());
  const sockaddr_un address = address_of("/proc/self/fd/" + std::to_string(folder_fd) + "/s");
  const int fd = new_socket();
  int error = 0;
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::chmod(birthplace.c_str(), 0660) != 0 || ::listen(fd, kBacklog) != 0 ||
      ::rename(birthplace.c_str(), path_.c_str()) != 0)
    error = errno;
  ::close(folder_fd);
  if (error != 0) {
    ::close(fd);
    fail(error, path_.string());
  }
  return fd;
}

}  // namespace namrack::daemon
