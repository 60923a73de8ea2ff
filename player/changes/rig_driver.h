#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/audio/rig.h"
#include "player/pulse.h"

namespace namrack::player {

/// The control thread's side of the rig: owns the changes that the rig has, takes them in when they come
/// back, without blocking, and carries them out itself while no audio runs.
class RigDriver {
 public:
  struct Callbacks {
    /// Receives paths that the rig has finished with, or never played.
    std::function<void(std::unique_ptr<engine::Path>)> give_back;
    /// Called once for each change that was submitted, when it has begun or failed, in the order in which the
    /// changes took effect.
    std::function<void(engine::Change&)> begun;
    /// The audio thread has carried out an action of its own (Rig::act).
    std::function<void(const engine::Change&)> acted = [](const engine::Change&) {};
    /// The fade of a swap has ended.
    std::function<void(const engine::Change&)> faded = [](const engine::Change&) {};
  };

  RigDriver(Pulse& pulse, engine::Rig& rig, Callbacks callbacks);

  /// Tells whether an audio thread may be calling the rig. Before `false`, it must be certain that none is.
  /// Open changes are then carried out at once, and the rig's parameters take effect without ramps.
  void set_running(bool running);
  bool is_running() const { return running_; }

  /// Gives the change to the rig, and keeps it until it is over. False, and nothing happens, when too many
  /// are open.
  bool submit(std::shared_ptr<engine::Change> change);

  /// Takes in now what has come back from the rig, as every beat does.
  void catch_up();

 private:
  Pulse::Period look();
  void take_in(engine::Change& change);

  engine::Rig& rig_;
  Callbacks callbacks_;
  std::vector<std::shared_ptr<engine::Change>> open_;
  bool running_ = false;
  Pulse::Clock::time_point last_action_{};
  Pulse::Listener beat_;
};

}  // namespace namrack::player
