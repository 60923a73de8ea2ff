#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "protocol/midi.h"

namespace namrack::player {

/// The controllers that choose the bank of the programs that follow.
inline constexpr std::uint8_t kBankCoarse = 0, kBankFine = 32;

/// A note, controller or program that came.
struct MidiMessage {
  protocol::MidiKind kind = protocol::MidiKind::control;
  std::uint8_t channel = 1;  ///< 1..16
  std::uint8_t number = 0;   ///< 0..127
  std::uint8_t value = 0;    ///< velocity (0: the note ends) or position; 127 of a program
  std::uint16_t bank = 0;    ///< of a program: 128 * controller 0 + controller 32
};

struct MidiMapping {
  protocol::MidiSource source;
  protocol::MidiAction action;
  friend bool operator==(const MidiMapping&, const MidiMapping&) = default;
};

/// What MIDI messages do.
struct MidiMap {
  static constexpr std::size_t kMaxMappings = 256;

  std::optional<std::uint8_t> channel = {};  ///< the only one that is listened to
  bool programs = true;                      ///< programs that are not mapped choose scenes by number
  std::vector<MidiMapping> mappings;         ///< in the order in which they were made

  /// The one of exactly this source; nullptr: none.
  const MidiMapping* find(const protocol::MidiSource& source) const;
  /// The one that answers `message`: the most particular one. nullptr: none.
  const MidiMapping* answering(const MidiMessage& message) const;
  friend bool operator==(const MidiMap&, const MidiMap&) = default;
};

boost::json::object to_json(const MidiMap& map);
/// Leaves out what cannot be understood, and calls `problem` with what is wrong with it.
MidiMap midi_map_from_json(const boost::json::object& document,
                           const std::function<void(const char*)>& problem);

}  // namespace namrack::player
