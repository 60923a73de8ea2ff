#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "engine/audio/midi/table.h"
#include "engine/audio/rig.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// What MIDI messages ask of the rig and it has not been given yet: of each thing that they change only the
/// newest, so that a flood is bounded and still ends where it should. What the rig has no room for waits for
/// the next block. Audio thread, real-time safe.
class MidiActions {
 public:
  /// Each frame at which something happens divides a block. After so many in one block, what comes later in
  /// it happens with the last of them.
  static constexpr int kMaxFramesPerBlock = 8;

  /// What waits is given to the rig at the block's first frame.
  void begin_block(std::uint64_t first_frame, Rig& rig) NAMRACK_REALTIME;
  /// Asks for `action`, which changes `target` (MidiSlot::target), at `frame`, which must not be before that
  /// of the action before. `message` counts messages. Returns the frame at which it will happen.
  std::uint64_t add(const Action& action, std::size_t target, std::uint64_t frame, std::uint64_t message,
                    Rig& rig) NAMRACK_REALTIME;
  void end_block(Rig& rig) NAMRACK_REALTIME { hand_over(rig); }

  /// The rig's settings as all of that will have made them.
  const Settings& settings() const NAMRACK_REALTIME { return settings_; }
  /// Messages whose effect a newer one has taken the place of, since the last call.
  std::uint64_t take_dropped() NAMRACK_REALTIME { return std::exchange(dropped_, 0); }

 private:
  struct Waiting {
    Action action;
    std::uint64_t message = 0;  ///< that asked for it
  };

  void go_to(std::uint64_t frame, Rig& rig) NAMRACK_REALTIME;
  void hand_over(Rig& rig) NAMRACK_REALTIME;
  void count_dropped(std::uint64_t message) NAMRACK_REALTIME;

  std::array<std::optional<Waiting>, MidiSlot::kTargets> waiting_{};
  bool is_waiting_ = false;  ///< whether any of them is there
  Settings settings_;
  int frames_ = 0;           ///< at which something has happened in this block
  std::uint64_t frame_ = 0;  ///< the last one
  std::uint64_t dropped_ = 0, last_dropped_ = 0;
};

}  // namespace namrack::engine
