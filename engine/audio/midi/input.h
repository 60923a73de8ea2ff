#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/audio/midi/actions.h"
#include "engine/audio/midi/news.h"
#include "engine/audio/midi/reader.h"
#include "engine/audio/midi/table.h"
#include "engine/audio/rig.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// Where MIDI comes in: on the audio thread what has been prepared for it acts at its frame; and everything
/// is passed on to the control thread.
class MidiInput {
 public:
  MidiInput();

  /// Audio thread, before the rig processes the block of `frames` that begins at `first_frame`. Events in
  /// the order of their offsets. Real-time safe.
  void process(std::span<const MidiEvent> events, std::uint64_t first_frame, std::size_t frames,
               Rig& rig) NAMRACK_REALTIME;

  /// Audio thread: messages that the host could not deliver. Real-time safe.
  void count_lost(std::size_t messages) NAMRACK_REALTIME {
    dropped_.fetch_add(messages, std::memory_order_relaxed);
  }

  // ---- Control thread -------------------------------------------------------------------------------------

  /// From the next block on. The former table is kept for as long as the audio thread may use it.
  void use(MidiTable table);
  /// Destroys tables that are not used any more. `audio_runs`: false when certainly no audio thread does.
  void tidy(bool audio_runs);
  std::optional<MidiNews> poll() { return news_.poll(); }
  std::uint64_t messages() const { return messages_.load(std::memory_order_relaxed); }
  /// Of them, those that a newer one took the place of; and of those that do nothing, what could not be told.
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }
  /// What came and was no message.
  std::uint64_t malformed() const { return malformed_.load(std::memory_order_relaxed); }

 private:
  struct Numbered {
    std::uint64_t number;
    MidiTable table;
  };
  /// What has become of a mapping so far.
  struct SlotState {
    std::uint32_t id = 0;  ///< of the mapping
    std::uint64_t pressed_at =
        0;                     ///< of press long: since when it is held; of double: the first press. 0: no
    bool has_acted = false;    ///< of press long: this time
    MidiMessage message = {};  ///< of press long: what began it
    std::optional<std::uint8_t> position = {};  ///< of a pickup: the latest value
    bool has_picked_up = false;
  };

  SlotState& state_of(const MidiSlot& slot) NAMRACK_REALTIME;
  void take(const MidiMessage& message, const MidiTable& table, std::uint64_t frame,
            Rig& rig) NAMRACK_REALTIME;
  std::uint64_t answer(const MidiSlot& slot, const MidiMessage& message, std::uint64_t frame,
                       Rig& rig) NAMRACK_REALTIME;
  bool completes_press(const MidiSlot& slot, const MidiMessage& message, std::uint64_t frame,
                       double sample_rate) NAMRACK_REALTIME;
  bool is_picked_up(const MidiSlot& slot, std::uint8_t value) NAMRACK_REALTIME;
  std::uint64_t press(const MidiSlot& slot, const MidiMessage& message, std::uint64_t frame,
                      Rig& rig) NAMRACK_REALTIME;
  void press_long(const MidiTable& table, std::uint64_t first_frame, std::uint64_t until,
                  Rig& rig) NAMRACK_REALTIME;
  void count_dropped(std::uint64_t messages) NAMRACK_REALTIME {
    dropped_.fetch_add(messages, std::memory_order_relaxed);
  }

  // Control thread.
  std::vector<std::unique_ptr<const Numbered>> tables_;  ///< the last one is current

  // Between the threads.
  std::atomic<const Numbered*> current_{nullptr};
  std::atomic<std::uint64_t> seen_{0};  ///< number of the table that the latest block has used
  MidiNewsQueue news_;
  std::atomic<std::uint64_t> messages_{0}, dropped_{0}, malformed_{0};

  // Audio thread.
  MidiReader reader_;
  MidiActions actions_;
  std::array<SlotState, kMaxMidiSlots> states_{};  ///< by MidiSlot::place()
  std::uint64_t next_frame_ = 0;                   ///< behind the latest block
};

}  // namespace namrack::engine
