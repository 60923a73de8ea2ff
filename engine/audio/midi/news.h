#pragma once

#include <array>
#include <boost/lockfree/spsc_queue.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/audio/midi/table.h"
#include "engine/base/realtime.h"
#include "midi/message.h"

namespace namrack::engine {

/// What the audio thread tells the control thread of MIDI.
struct MidiNews {
  MidiMessage message;
  std::uint64_t frame = 0;   ///< of the message, or of what it did
  std::uint32_t action = 0;  ///< id of the mapping that is to be carried out; 0: the message has come
  bool is_mapped = false;    ///< whether the message does anything
};

/// The way from the audio thread to the control thread, of bounded length. What merely came is told while
/// there is room; what is to be carried out has a part of the room for itself, and beyond that waits: of each
/// mapping the newest. Each method: audio thread or control thread, as it says; real-time safe.
class MidiNewsQueue {
 public:
  static constexpr std::size_t kRoom = 1024;
  /// Of it, for what is to be carried out.
  static constexpr std::size_t kReserved = 256;

  /// Audio thread. False when there is no room.
  bool tell(const MidiNews& news) NAMRACK_REALTIME;
  /// Audio thread. False when an older one of the same mapping will not be carried out. With mapping 0: a
  /// program that chooses a scene by its number.
  bool ask(const MidiNews& news) NAMRACK_REALTIME;
  /// Audio thread, once a block: what waits goes on when there is room.
  void pass_on() NAMRACK_REALTIME;
  /// Control thread.
  std::optional<MidiNews> poll() NAMRACK_REALTIME;

 private:
  struct Waiting {
    MidiNews news;
    std::uint64_t order = 0;
  };

  boost::lockfree::spsc_queue<MidiNews, boost::lockfree::capacity<kRoom>> queue_;
  // Audio thread. The last one is of programs that choose scenes by their number.
  std::array<std::optional<Waiting>, kMaxMidiSlots + 1> waiting_{};
  std::size_t num_waiting_ = 0;
  std::uint64_t order_ = 0;
};

}  // namespace namrack::engine
