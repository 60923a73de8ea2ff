#pragma once

#include <array>
#include <atomic>
#include <boost/lockfree/spsc_queue.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/rack/rack.h"
#include "player/midi_table.h"

namespace namrack::player {

/// A MIDI message of a block, as a host delivers it.
struct MidiEvent {
  std::uint32_t offset = 0;  ///< frames into the block
  std::uint8_t size = 0;     ///< bytes; of more than three none is given
  std::array<std::uint8_t, 3> bytes = {};
};

/// Where MIDI comes in: on the audio thread what has been prepared for it acts at its frame; and everything
/// is passed on to the control thread.
class MidiInput {
 public:
  static constexpr std::size_t kMaxNews = 1024;
  /// Each frame at which something happens divides a block. After so many in one block, what comes later in
  /// it happens with the last of them.
  static constexpr int kMaxFramesPerBlock = 8;

  /// What came, and whether it has acted.
  struct News {
    MidiMessage message;
    std::uint64_t frame = 0;
    bool has_acted = false;
  };

  MidiInput();

  /// Audio thread, before the rack processes the block that begins at `first_frame`. Real-time safe.
  void process(std::span<const MidiEvent> events, std::uint64_t first_frame, engine::Rack& rack) noexcept;

  /// Audio thread: messages that the host could not deliver. Real-time safe.
  void count_lost(std::size_t messages) noexcept { dropped_.fetch_add(messages, std::memory_order_relaxed); }

  // ---- Control thread -------------------------------------------------------------------------------------

  /// From the next block on. The former table is kept for as long as the audio thread may use it.
  void use(MidiTable table);
  /// Destroys tables that are not used any more. `audio_runs`: false when certainly no audio thread does.
  void tidy(bool audio_runs);
  std::optional<News> poll();
  std::uint64_t messages() const { return messages_.load(std::memory_order_relaxed); }
  /// Of them, those for which there was no room.
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  std::optional<MidiMessage> read(const MidiEvent& event) noexcept;

  struct Numbered {
    std::uint64_t number;
    MidiTable table;
  };

  // Control thread.
  std::vector<std::unique_ptr<const Numbered>> tables_;  ///< the last one is current

  // Between the threads.
  std::atomic<const Numbered*> current_{nullptr};
  std::atomic<std::uint64_t> seen_{0};  ///< number of the table that the latest block has used
  boost::lockfree::spsc_queue<News, boost::lockfree::capacity<kMaxNews>> news_;
  std::atomic<std::uint64_t> messages_{0}, dropped_{0};

  // Audio thread.
  struct Bank {
    std::uint8_t coarse = 0, fine = 0;
  };
  std::array<Bank, MidiTable::kChannels> banks_{};
};

}  // namespace namrack::player
