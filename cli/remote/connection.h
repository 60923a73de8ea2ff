#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace namrack::cli {

using Clock = std::chrono::steady_clock;
/// nullopt: wait without end.
using Deadline = std::optional<Clock::time_point>;

/// A Unix stream socket that carries lines. Throws Failure: no_connection when the other side is not there or
/// has closed, timeout when a deadline passes. Threads: one at a time.
class Connection {
 public:
  /// Connects to `path`; nullopt when nobody listens there, so that another path can be tried.
  static std::optional<Connection> try_connect(const std::string& path, const Deadline& deadline);

  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&& other) noexcept;
  ~Connection();

  /// Sends `line`, which ends with its line feed.
  void send(std::string_view line, const Deadline& deadline);
  /// The next line without its line feed.
  std::string receive_line(const Deadline& deadline);

 private:
  Connection(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  /// Waits until the socket is ready for `events` (POLLIN, POLLOUT).
  void wait_for(short events, const Deadline& deadline) const;

  int fd_ = -1;
  std::string path_;
  std::string received_;
  std::size_t searched_ = 0;  // bytes of received_ that are known to hold no line feed
};

}  // namespace namrack::cli
