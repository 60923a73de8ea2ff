#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "protocol/commands/when.h"
#include "protocol/midi.h"

// midi with its verbs.
namespace namrack::protocol {

struct CommandSpec;
struct EventSpec;

/// How long `midi.learn` waits when the client does not say, in milliseconds.
inline constexpr double kDefaultLearnTimeoutMs = 10000.0;

struct MidiCancelRequest {};
struct MidiLearnRequest {
  MidiAction action;
  double timeout_ms = kDefaultLearnTimeoutMs;
  bool add = false;
  IfRev if_rev = {};
};
struct MidiListRequest {};
struct MidiMapRequest {
  MidiSource source;
  MidiAction action;
  bool add = false;  ///< to what the same message does already; else instead of it
  IfRev if_rev = {};
};
struct MidiSetRequest {
  /// The only one that is listened to, 1..16; nullopt within: each. nullopt: as it is.
  std::optional<std::optional<std::uint8_t>> channel = {};
  std::optional<bool> programs = {};  ///< whether programs that are not mapped choose scenes by number
  std::optional<MidiBank> bank = {};
  IfRev if_rev = {};
};
struct MidiUnmapRequest {
  std::optional<MidiSource> source = {};  ///< nullopt: all
  IfRev if_rev = {};
};

using MidiRequests = std::variant<MidiCancelRequest, MidiLearnRequest, MidiListRequest, MidiMapRequest,
                                  MidiSetRequest, MidiUnmapRequest>;
std::span<const CommandSpec> midi_commands();
std::span<const EventSpec> midi_events();

}  // namespace namrack::protocol
