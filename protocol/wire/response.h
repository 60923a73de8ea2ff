#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "protocol/error.h"
#include "protocol/topic.h"

namespace namrack::protocol {

/// Something that happened, for the clients that subscribed to its topic.
struct Event {
  Topic topic = Topic::swap;
  std::uint64_t seq = 0;  ///< counts the events of one connection, from 1
  std::uint64_t rev = 0;  ///< revision of the state after it
  /// JACK frame at which it was audible; nullopt: none, or JACK is down.
  std::optional<std::uint64_t> frame = {};
  boost::json::object data = {};
};

/// The reply to one request. Put the replies of a batch into a json::array.
boost::json::object result_message(const boost::json::value& id, boost::json::object result);
boost::json::object error_message(const boost::json::value& id, const ProtocolError& error);
boost::json::object event_message(const Event& event);

/// A message, or the array of replies to a batch, as a line with its line feed.
std::string message_line(const boost::json::value& message);

}  // namespace namrack::protocol
