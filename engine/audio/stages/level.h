#pragma once

#include "engine/audio/level_follower.h"
#include "engine/audio/stage.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// Follows the level of what passes, and leaves it as it is.
class LevelStage final : public Stage {
 public:
  /// In Hz.
  explicit LevelStage(double sample_rate) : sample_rate_(sample_rate) {}

  bool process(const Block& block, const ConstBlock&) NAMRACK_REALTIME override {
    level_.follow(block, sample_rate_);
    return true;
  }
  void reset() NAMRACK_REALTIME override { level_.reset(); }
  const LevelFollower* level() const NAMRACK_REALTIME override { return &level_; }

 private:
  double sample_rate_;
  LevelFollower level_;
};

}  // namespace namrack::engine
