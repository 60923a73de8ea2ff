#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace namrack::protocol {

/// A request as a line with its line feed.
std::string request_line(std::uint64_t id, std::string_view method, const boost::json::object& params);

/// An error that the other side sent: its number, its sentence and the whole error object.
struct RemoteError {
  std::int64_t number = 0;
  std::string message;
  boost::json::object error;
};

/// The answer to a request.
struct Reply {
  boost::json::value id;
  std::variant<boost::json::object, RemoteError> outcome;
};

/// An event, undecoded: a client may meet topics that are newer than itself.
struct EventMessage {
  std::string topic;
  boost::json::object params;  ///< topic, seq, rev, frame, data
};

/// Reads one line from the daemon. Throws ProtocolError(parse, request) when it is neither reply nor event.
std::variant<Reply, EventMessage> read_message(std::string_view line);

}  // namespace namrack::protocol
