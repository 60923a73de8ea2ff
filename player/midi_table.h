#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/rack/rack.h"
#include "player/midi_map.h"
#include "protocol/settings.h"

namespace namrack::player {

/// What a MidiMap asks of the audio thread, worked out for every value beforehand: the audio thread looks it
/// up and gives it to the rack.
class MidiTable {
 public:
  static constexpr std::size_t kValues = 128;
  static constexpr std::size_t kChannels = 16;

  /// With `is_learning` no message acts. Allocates.
  MidiTable(const MidiMap& map, bool is_learning);

  /// Whether messages of this channel, 1..16, are listened to. Real-time safe.
  bool hears(std::uint8_t channel) const noexcept { return channel_ == 0 || channel_ == channel; }
  /// nullptr: `message` is no matter of the audio thread. Real-time safe.
  const engine::RackAction* find(const MidiMessage& message) const noexcept;

 private:
  using Actions = std::array<std::optional<engine::RackAction>, kValues>;  ///< by value
  using Places = std::array<std::array<std::uint16_t, kValues>, kChannels>;

  void enter(const MidiMapping& mapping);

  std::uint8_t channel_;  ///< 0: each
  std::vector<Actions> actions_;
  Places notes_{}, controls_{};  ///< place in actions_, counted from 1; 0: none
};

/// The settings that an action changes, as a report of the rack carries them.
std::uint64_t tag_of(const protocol::SettingChanges& changes);
protocol::SettingChanges changes_of(std::uint64_t tag);

}  // namespace namrack::player
