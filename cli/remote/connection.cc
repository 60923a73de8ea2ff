#include "cli/remote/connection.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "cli/failure.h"
#include "protocol/socket_path.h"
#include "protocol/user_name.h"
#include "shell/display_text.h"

namespace namrack::cli {
namespace {

using protocol::ErrorCode;
using protocol::ProtocolError;

Failure no_connection(const std::string& path, const std::string& reason) {
  return {ExitCode::no_connection,
          ProtocolError(ErrorCode::io,
                        fmt::format("no connection to the daemon at {}: {}", shell::printable(path), reason),
                        {{"socket", shell::printable(path)}, {"reason", "no_connection"}})};
}

Failure timed_out(const std::string& path) {
  return {ExitCode::timeout,
          ProtocolError(ErrorCode::io,
                        fmt::format("the daemon at {} did not answer in time", shell::printable(path)),
                        {{"socket", shell::printable(path)}, {"reason", "timeout"}})};
}

/// Which of the folders above it, or the socket itself, keeps this user out.
struct Barrier {
  struct stat info{};
  bool is_socket = false;
};

Barrier barrier_before(const std::string& path) {
  Barrier barrier;
  if (::stat(path.c_str(), &barrier.info) == 0) {
    barrier.is_socket = true;
    return barrier;
  }
  for (std::filesystem::path folder = std::filesystem::path(path).parent_path(); !folder.empty();
       folder = folder.parent_path())
    if (::stat(folder.c_str(), &barrier.info) == 0 || folder == folder.root_path()) break;
  return barrier;
}

/// Who may connect, and what makes this user one of them.
Failure not_permitted(const std::string& path) {
  const Barrier barrier = barrier_before(path);
  const std::string owner = protocol::user_name(barrier.info.st_uid);
  const std::string group = protocol::group_name(barrier.info.st_gid);
  const std::string user = protocol::user_name(::geteuid());
  const mode_t needed = barrier.is_socket ? S_IWGRP : S_IXGRP;
  std::string advice;
  if ((barrier.info.st_mode & needed) == 0)
    advice = fmt::format("and only that user may connect: sudo -u {} namrack ...", owner);
  else if (protocol::is_listed_in_group(::geteuid(), barrier.info.st_gid))
    advice = fmt::format("and its group {} may connect, which {} is in since the last login: log in again",
                         group, user);
  else
    advice = fmt::format(
        "and its group {} may connect, which {} is not in: sudo usermod -aG {} {}, then log in again", group,
        user, group, user);
  return {
      ExitCode::no_connection,
      ProtocolError(
          ErrorCode::permission,
          fmt::format("no permission to connect to {}: the daemon there is user {}, {}",
                      shell::printable(path), owner, advice),
          {{"socket", shell::printable(path)}, {"reason", "permission"}, {"user", owner}, {"group", group}})};
}

constexpr int kRetryMs = 10;

/// Milliseconds for poll(): -1 is without end; rounded up, so that a wait never spins.
int poll_timeout(const Deadline& deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 1'000'000'000));
}

}  // namespace

std::optional<Connection> Connection::try_connect(const std::string& path, const Deadline& deadline) {
  try {
    protocol::check_socket_path(path);
  } catch (const ProtocolError& error) {
    throw Failure(ExitCode::no_connection, error);
  }
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) throw no_connection(path, reason_of(errno));
  Connection connection(fd, path);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::ranges::copy(path, std::begin(address.sun_path));
  while (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR) return std::nullopt;
    if (errno == EACCES || errno == EPERM) throw not_permitted(path);
    // EAGAIN: the daemon's queue of connections is full. It has no event of its own to wait for.
    if (errno != EAGAIN && errno != EINTR) throw no_connection(path, reason_of(errno));
    if (poll_timeout(deadline) == 0) throw timed_out(path);
    ::poll(nullptr, 0, kRetryMs);
  }
  return connection;
}

Connection::Connection(Connection&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      received_(std::move(other.received_)),
      searched_(other.searched_) {}

Connection& Connection::operator=(Connection&& other) noexcept {
  std::swap(fd_, other.fd_);
  path_ = std::move(other.path_);
  received_ = std::move(other.received_);
  searched_ = other.searched_;
  return *this;
}

Connection::~Connection() {
  if (fd_ >= 0) ::close(fd_);
}

void Connection::wait_for(short events, const Deadline& deadline) const {
  while (true) {
    pollfd poll_fd{.fd = fd_, .events = events, .revents = 0};
    const int ready = ::poll(&poll_fd, 1, poll_timeout(deadline));
    if (ready > 0) return;
    if (ready == 0) throw timed_out(path_);
    if (errno != EINTR) throw no_connection(path_, reason_of(errno));
  }
}

void Connection::send(std::string_view line, const Deadline& deadline) {
  while (!line.empty()) {
    const ssize_t sent = ::send(fd_, line.data(), line.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      line.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      wait_for(POLLOUT, deadline);
    } else if (errno != EINTR) {
      throw no_connection(path_, reason_of(errno));
    }
  }
}

std::string Connection::receive_line(const Deadline& deadline) {
  while (true) {
    const std::size_t end = received_.find('\n', searched_);
    if (end != std::string::npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      searched_ = 0;
      return line;
    }
    searched_ = received_.size();
    wait_for(POLLIN, deadline);
    std::array<char, 16384> buffer;
    const ssize_t count = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (count == 0) throw no_connection(path_, "the daemon closed the connection");
    if (count > 0) received_.append(buffer.data(), static_cast<std::size_t>(count));
    if (count < 0 && errno != EAGAIN && errno != EINTR) throw no_connection(path_, reason_of(errno));
  }
}

}  // namespace namrack::cli
