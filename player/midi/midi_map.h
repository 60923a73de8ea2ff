#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "engine/audio/midi/table.h"
#include "protocol/midi.h"

namespace namrack::player {

struct MidiMapping {
  MidiSource source;
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
  static constexpr std::size_t kMaxMappings = engine::kMaxMidiSlots;
  /// That one message carries out.
  static constexpr std::size_t kMaxOfOneMessage = 8;

  std::optional<std::uint8_t> channel = {};  ///< the only one that is listened to
  bool programs = true;                      ///< programs that are not mapped choose scenes by number
  protocol::MidiBank bank = protocol::MidiBank::both;
  std::vector<MidiMapping> mappings;  ///< in the order in which they were made

  /// How many are of exactly this source.
  std::size_t count(const MidiSource& source) const;
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

boost::json::object to_json(const MidiMap& map);
/// Leaves out what cannot be understood, and calls `problem` with what is wrong with it.
MidiMap midi_map_from_json(const boost::json::object& document,
                           const std::function<void(const char*)>& problem);

}  // namespace namrack::player
