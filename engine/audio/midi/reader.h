#pragma once

#include <array>
#include <cstdint>

#include "engine/audio/midi/table.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// What came in at the MIDI port, as a host delivers it.
struct MidiEvent {
  std::uint32_t offset = 0;                ///< frames into the block
  std::uint8_t size = 0;                   ///< bytes; 255: that many or more
  std::array<std::uint8_t, 3> bytes = {};  ///< the first ones
};

/// Tells which bytes are a note, controller or program, and remembers the banks. Audio thread, real-time
/// safe.
class MidiReader {
 public:
  enum class Kind : std::uint8_t {
    message,
    other,      ///< a message that does nothing here, such as the clock or a pitch bend
    malformed,  ///< no message: without a status, too short, too long, or with a status where data belong
  };

  /// Puts it into `message` if it is one.
  Kind read(const MidiEvent& event, const MidiTable& table, MidiMessage& message) NAMRACK_REALTIME;

 private:
  struct Bank {
    std::uint8_t coarse = 0, fine = 0;
  };
  void note_bank(const MidiMessage& message, const MidiTable& table) NAMRACK_REALTIME;

  std::array<Bank, MidiTable::kChannels> banks_{};
};

}  // namespace namrack::engine
