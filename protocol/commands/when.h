#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>

namespace namrack::protocol {

/// The parameter that every method that changes the state accepts: the revision it expects, or E_CONFLICT.
using IfRev = std::optional<std::uint64_t>;

/// When a change of the sound is to happen; at most one of these is given. Nothing given: at once.
struct When {
  /// A frame time; also 0, which has always passed.
  std::optional<std::uint64_t> at_frame = {};
  std::optional<double> in_ms = {};
  /// Bar of the JACK transport, counted from 1; a beat alone is the next one of that number.
  std::optional<std::uint64_t> at_bar = {};
  std::optional<double> at_beat = {};
  /// Not on the wire. Of a change that is for now: it happens as far into a block as this frame was.
  std::optional<std::uint64_t> in_phase_with = {};

  bool is_now() const { return !at_frame && !in_ms && !at_bar && !at_beat; }
};

/// Reads parameters that have passed check_params(). Throws ProtocolError(params) when there is more than one
/// time.
When when_in(const boost::json::object& params);
IfRev if_rev_in(const boost::json::object& params);

}  // namespace namrack::protocol
