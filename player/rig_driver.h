#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

#include "engine/audio/rig.h"
#include "player/pulse.h"

namespace namrack::player {

/// What became of a command to the rig.
struct Outcome {
  enum class Kind { applied, superseded, too_late, cancelled };
  Kind kind = Kind::applied;
  /// Frame at which it became audible; nullopt when no audio was running.
  std::optional<std::uint64_t> frame;
  std::uint32_t fade_frames = 0;
  std::uint32_t skipped_frames = 0;
  float level_before = 0.0F, level_after = 0.0F;  ///< RMS; 0: not known
  bool bypassed = false;
};

/// The control thread's side of the rig: submits commands, waits for the audio thread's reports without
/// blocking, and carries commands out itself while no audio runs.
class RigDriver {
 public:
  /// Called once for each accepted command, in the order in which the commands took effect.
  using Completion = std::function<void(const Outcome&)>;
  struct Callbacks {
    /// Receives models that the rig has finished with, or never played.
    std::function<void(std::unique_ptr<engine::RigModel>)> give_back;
    /// The audio thread has carried out an action of its own (Rig::act); at which frame, if audio runs.
    std::function<void(const engine::RigReport&, std::optional<std::uint64_t>)> acted =
        [](const engine::RigReport&, std::optional<std::uint64_t>) {};
    /// The fade of a swap has ended; at which frame, if audio runs.
    std::function<void(std::optional<std::uint64_t>)> faded = [](std::optional<std::uint64_t>) {};
  };

  RigDriver(Pulse& pulse, engine::Rig& rig, Callbacks callbacks);

  /// Tells whether an audio thread may be calling the rig. Before `false`, it must be certain that none is.
  /// Open commands are then carried out at once, and the rig's parameters take effect without ramps.
  void set_running(bool running);
  bool is_running() const { return running_; }

  /// The number of the command. nullopt when too many are open; then `completion` is not called and `change`
  /// is untouched.
  std::optional<std::uint64_t> change(engine::RigChange& change, Completion completion);
  /// Ends a command that waits for its frame, unless it begins before that is heard: its completion tells.
  void cancel(std::uint64_t id);

  /// Takes in now what the rig has reported, as every beat does.
  void catch_up();

  engine::Rig& rig() { return rig_; }

 private:
  struct Open {
    Completion completion;  ///< empty: called already
    bool fades;             ///< its end is reported as well
  };
  Pulse::Period look();
  void drain(bool audible);
  void complete(const engine::RigReport& report, bool audible);

  engine::Rig& rig_;
  Callbacks callbacks_;
  std::unordered_map<std::uint64_t, Open> open_;
  bool running_ = false;
  Pulse::Clock::time_point last_action_{};
  Pulse::Listener beat_;
};

}  // namespace namrack::player
