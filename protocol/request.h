#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/commands/changes.h"
#include "protocol/commands/connection.h"
#include "protocol/commands/midi.h"
#include "protocol/commands/models.h"
#include "protocol/commands/scenes.h"
#include "protocol/commands/sound.h"
#include "protocol/commands/state.h"
#include "protocol/error.h"

namespace namrack::protocol {

/// The longest line in bytes, without its line feed.
inline constexpr std::size_t kMaxLine = std::size_t{1} << 20U;
/// The most requests of a batch. Of a longer one nothing is carried out.
inline constexpr std::size_t kMaxBatch = 256;

/// The alternatives of several variants.
template <typename... Variants>
struct Joined;
template <typename... Types>
struct Joined<std::variant<Types...>> {
  using Type = std::variant<Types...>;
};
template <typename... Some, typename... Others, typename... More>
struct Joined<std::variant<Some...>, std::variant<Others...>, More...>
    : Joined<std::variant<Some..., Others...>, More...> {};

/// The checked parameters of any method.
using Request = Joined<ChangeRequests, ConnectionRequests, MidiRequests, ModelRequests, SceneRequests,
                       SoundRequests, StateRequests>::Type;

/// One message of a line: a request to carry out, or the error that answers it.
struct Call {
  boost::json::value id;         ///< string, number or null; echoed in the reply
  bool is_notification = false;  ///< neither result nor error is answered
  std::string method;            ///< empty when it could not be read
  std::variant<Request, ProtocolError> request;
};

/// All messages of a line, in order.
struct ParsedLine {
  bool is_batch = false;  ///< answered by an array of the replies; by nothing if all are notifications
  std::vector<Call> calls;
};

/// Reads one line without its line feed; a trailing carriage return is tolerated. What is wrong with a
/// message stands in its Call. Throws only std::bad_alloc. Threads: any.
ParsedLine parse_line(std::string_view line);

/// Checks and converts the parameters of one method. Throws ProtocolError(method, params).
Request make_request(std::string_view method, const boost::json::object& params);

}  // namespace namrack::protocol
