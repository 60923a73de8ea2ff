#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/remote/connection.h"
#include "protocol/wire/client_message.h"

namespace namrack::cli {

/// A client of a running daemon. Throws Failure. Threads: one at a time.
class Client {
 public:
  /// Connects to the first of `paths` where somebody listens. `timeout` is for connecting, and for each call.
  Client(const std::vector<std::string>& paths, Clock::duration timeout);

  /// Sends a request and waits for its reply; events that come in between are lost.
  boost::json::object call(std::string_view method, const boost::json::object& params);
  /// The same with a deadline of its own, for a reply that is due later.
  boost::json::object call(std::string_view method, const boost::json::object& params,
                           const Deadline& deadline);
  /// The same in two steps: send() returns the id that receive() waits for.
  std::uint64_t send(std::string_view method, const boost::json::object& params, const Deadline& deadline);
  boost::json::object receive(std::uint64_t id, const Deadline& deadline);

  /// One event, and the line that brought it.
  struct Event {
    std::string line;
    protocol::EventMessage message;
  };
  /// Waits for the next event without end.
  Event next_event();

 private:
  static Connection connect(const std::vector<std::string>& paths, const Deadline& deadline);

  Clock::duration timeout_;
  Connection connection_;
  std::uint64_t next_id_ = 1;
};

}  // namespace namrack::cli
