#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>

namespace namrack::daemon {

/// Two JACK ports by their full names.
struct Connection {
  std::string source, destination;
  friend auto operator<=>(const Connection&, const Connection&) = default;
};
using ConnectionSet = std::set<Connection>;

/// Which connections our ports had when the server went away, so that they can be made again.
///
/// A server that is told to stop first takes its ports down one by one, which looks just as if somebody had
/// disconnected them. Therefore a connection is forgotten only after it has been missing for kGrace while the
/// server was still there. Thread: control.
class ConnectionMemory {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kGrace{1500};

  /// Makes `connection` be wanted, as if it had existed.
  void want(const Connection& connection);
  /// The connections that exist at `now`.
  void observe(const ConnectionSet& existing, Clock::time_point now);
  /// The server is gone: whatever is remembered is wanted again.
  void lose();
  /// Connections to make as soon as both ports exist.
  const ConnectionSet& wanted() const { return wanted_; }
  const ConnectionSet& remembered() const { return remembered_; }

 private:
  ConnectionSet remembered_, wanted_;
  std::map<Connection, Clock::time_point> missing_since_;
};

}  // namespace namrack::daemon
