#pragma once

#include <array>
#include <cstddef>

#include "engine/audio/level_follower.h"
#include "engine/audio/ramp.h"
#include "engine/audio/stage.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// Takes the constant part out of a signal, where the settings want it: a one-pole high-pass at 5 Hz, y = a
/// (y' + x - x'), a = 1 / (1 + 2 pi 5 / rate), where ' means the frame before (nam-format: Levels). It always
/// runs, so that it can be faded in at any time, and follows the level of what it would leave: a constant is
/// no sound.
class DcBlockerStage final : public Stage {
 public:
  static constexpr double kCutoffHz = 5.0;
  /// After this time nothing is left, to 4e-6, of the constant that it took out at first.
  static constexpr double kSettlingSeconds = 0.4;

  /// `resting`: the constant that comes in during a long silence.
  DcBlockerStage(double sample_rate, float resting);

  bool process(const Block& block, const ConstBlock&) NAMRACK_REALTIME override;
  void reset() NAMRACK_REALTIME override;
  void apply(const Settings& settings) NAMRACK_REALTIME override {
    share_.go_to(is_on(settings, Setting::dc_blocker) ? 1.0F : 0.0F);
  }
  void end_ramps() NAMRACK_REALTIME override { share_.end(); }
  std::size_t settling_frames() const NAMRACK_REALTIME override;
  const LevelFollower* level() const NAMRACK_REALTIME override { return &level_; }

 private:
  struct Channel {
    float x = 0.0F, y = 0.0F;  ///< that came in and out at the frame before
  };

  double sample_rate_;
  float resting_, a_;
  Ramp share_;  ///< 0: the signal as it came, 1: without its constant
  std::array<Channel, kMaxChannels> channels_{};
  BlockMemory memory_;
  LevelFollower level_;
};

}  // namespace namrack::engine
