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
  std::uint16_t bank = 0;    ///< of a program, as MidiMap::bank says
};

struct MidiMapping {
  protocol::MidiSource source;
  protocol::MidiAction action;
  /// While the daemon runs, no other mapping has the same; its remainder by MidiMap::kMaxMappings is not that
  /// of another mapping at the same time. 0: it has none yet.
  std::uint32_t id = 0;
  friend bool operator==(const MidiMapping& a, const MidiMapping& b) {
    return a.source == b.source && a.action == b.action;
  }
};

/// What MIDI messages do.
struct MidiMap {
  static constexpr std::size_t kMaxMappings = 256;
  /// That one message carries out.
  static constexpr std::size_t kMaxOfOneMessage = 8;

  std::optional<std::uint8_t> channel = {};  ///< the only one that is listened to
  bool programs = true;                      ///< programs that are not mapped choose scenes by number
  protocol::MidiBank bank = protocol::MidiBank::both;
  std::vector<MidiMapping> mappings;  ///< in the order in which they were made

  /// How many are of exactly this source.
  std::size_t count(const protocol::MidiSource& source) const;
  /// Those that answer `message`, in their order: all of the most particular source.
  std::vector<const MidiMapping*> answering(const MidiMessage& message) const;
  /// nullptr: there is none any more.
  const MidiMapping* find(std::uint32_t id) const;
  /// An id for one that is to be entered.
  std::uint32_t new_id(std::uint32_t last) const;
  /// Whether controller 0 or 32 chooses banks on `of_channel`, 1..16: `bank` says so, and it is not mapped.
  bool selects_bank(std::uint8_t of_channel, std::uint8_t controller) const;
  friend bool operator==(const MidiMap&, const MidiMap&) = default;
};

/// Whether `source` means this message.
bool answers(const protocol::MidiSource& source, const MidiMessage& message);
/// Of two sources that mean the same message the more particular one answers.
int particularity(const protocol::MidiSource& source);

boost::json::object to_json(const MidiMap& map);
/// Leaves out what cannot be understood, and calls `problem` with what is wrong with it.
MidiMap midi_map_from_json(const boost::json::object& document,
                           const std::function<void(const char*)>& problem);

}  // namespace namrack::player
