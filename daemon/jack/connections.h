#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace namrack::daemon {

/// Two JACK ports by their full names.
struct Connection {
  std::string source, destination;
  friend auto operator<=>(const Connection&, const Connection&) = default;
};
using ConnectionSet = std::set<Connection>;

/// The command line's wishes for JACK.
struct JackPolicy {
  std::string client_name;
  bool autoconnect = true;
  std::vector<std::string> connect_in, connect_out;  ///< instead of the first physical ports
  std::vector<std::string> connect_midi;             ///< instead of all physical ports
};

/// A port that the command line names, and that does not exist, or not so that it can be connected.
struct MissingPort {
  std::string option;               ///< such as "--connect-out"
  std::string name;                 ///< as it was named
  std::string expected;             ///< what it should do, such as "takes audio"
  std::vector<std::string> others;  ///< that exist and would do
};

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
