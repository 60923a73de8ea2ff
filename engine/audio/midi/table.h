#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/audio/rig.h"
#include "engine/base/realtime.h"
#include "midi/message.h"
#include "parameters/settings.h"

namespace namrack::engine {

inline constexpr std::size_t kMaxMidiSlots = 256;

/// A mapping as the audio thread carries it out: looked up, not worked out.
struct MidiSlot {
  static constexpr std::size_t kValues = 128;
  /// Number of what it changes: a setting's place in kSettings, or this.
  static constexpr std::size_t kBypass = kSettings.size();
  static constexpr std::size_t kTargets = kBypass + 1;

  /// Of a setting that follows only after it has been picked up.
  struct Pickup {
    std::array<double, kValues> wanted = {};  ///< by value of the message
    double least = 0.0, most = 0.0;           ///< of them
  };

  std::uint32_t id = 0;  ///< of the mapping; its remainder by kMaxMidiSlots is that of no other
  MidiKind kind = MidiKind::control;
  MidiPress press = MidiPress::momentary;
  double long_seconds = 0.0;  ///< of a long press
  std::size_t target = 0;     ///< what `by_value` and `on_press` change
  /// What messages do that are no presses, by value: a setting that follows, a hold. Empty: a press acts.
  std::vector<std::optional<Action>> by_value = {};
  /// What a press does; nullopt: something for the control thread.
  std::optional<Action> on_press = {};
  std::optional<Pickup> pickup = {};

  std::size_t place() const NAMRACK_REALTIME { return id % kMaxMidiSlots; }
};

/// What MIDI messages ask of the audio thread, worked out beforehand.
class MidiTable {
 public:
  static constexpr std::size_t kChannels = 16;

  struct Contents {
    std::uint8_t channel = 0;  ///< the only one that is listened to; 0: each
    bool adds_banks = false;   ///< both controllers make the bank, not one of them
    /// Whether controllers 0 and 32 choose banks, by channel from 1.
    std::array<bool, kChannels> coarse = {}, fine = {};
    std::vector<std::pair<MidiSource, MidiSlot>> slots = {};  ///< at most kMaxMidiSlots, in their order
  };
  /// Allocates.
  explicit MidiTable(Contents contents);
  MidiTable(MidiTable&&) = default;  // it points into itself

  /// Whether messages of this channel, 1..16, are listened to. Real-time safe.
  bool hears(std::uint8_t channel) const NAMRACK_REALTIME { return channel_ == 0 || channel_ == channel; }
  /// What `message` does, in order. Real-time safe.
  std::span<const MidiSlot> slots(const MidiMessage& message) const NAMRACK_REALTIME;
  /// Of press long, of all messages. Real-time safe.
  std::span<const MidiSlot* const> long_presses() const NAMRACK_REALTIME { return long_presses_; }
  /// Whether controller 0 or 32 chooses banks on `channel`. Real-time safe.
  bool selects_bank(std::uint8_t channel, std::uint8_t controller) const NAMRACK_REALTIME {
    return (controller == kBankCoarse ? coarse_ : fine_)[channel - 1U];
  }
  /// The bank of a program, by what controllers 0 and 32 of its channel were; 0 of one that chooses none.
  std::uint16_t bank(std::uint8_t coarse, std::uint8_t fine) const NAMRACK_REALTIME {
    const unsigned high = adds_banks_ ? coarse * 128U : coarse;
    return static_cast<std::uint16_t>(high + fine);
  }

 private:
  /// The mappings of one source.
  struct Group {
    MidiSource source;
    std::vector<MidiSlot> slots;
  };
  using Places = std::array<std::array<std::uint16_t, MidiSlot::kValues>, kChannels>;

  Group& group_of(const MidiSource& source);
  void place(const Group& group, std::uint16_t number);
  const Group* find_program(const MidiMessage& message) const NAMRACK_REALTIME;

  std::uint8_t channel_;  ///< 0: each
  bool adds_banks_;
  std::array<bool, kChannels> coarse_{}, fine_{};
  std::vector<Group> groups_;
  Places notes_{}, controls_{};  ///< place in groups_, counted from 1; 0: none
  std::array<std::vector<std::uint16_t>, MidiSlot::kValues>
      programs_;  ///< places in groups_ from 0, by number
  std::vector<const MidiSlot*> long_presses_;
};

}  // namespace namrack::engine
