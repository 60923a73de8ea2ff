#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace namrack::protocol {

/// The deepest nesting of a message; a batch adds one level around its messages.
inline constexpr std::size_t kMaxDepth = 32;

/// Something that is grammatical JSON and still refused.
struct JsonFault {
  enum class Kind { duplicate_key, too_deep, not_finite };
  Kind kind = Kind::duplicate_key;
  std::string where;  ///< path within the message, such as "params.name"; empty: the message itself
};

/// JSON text as a value, and what is wrong with it.
struct JsonDocument {
  boost::json::value value;
  /// The first fault of each message: key 0 for a single message, the index of the element in a batch.
  std::map<std::size_t, JsonFault> faults;
};

/// Reads one JSON text (RFC 8259, valid UTF-8 only). A repeated key keeps its last value, what is nested far
/// too deep reads as null, and both are reported as faults, so that the message's id can still be found.
/// Throws ProtocolError(parse) when the text is not JSON.
JsonDocument read_json(std::string_view text);

}  // namespace namrack::protocol
