#pragma once

#include "engine/audio/level_follower.h"
#include "engine/audio/stage.h"

namespace namrack::engine {

/// Follows the level of what passes, and leaves it as it is.
class LevelStage final : public Stage {
 public:
  /// In Hz.
  explicit LevelStage(double sample_rate) : sample_rate_(sample_rate) {}

  bool process(Block block) noexcept override {
    level_.follow(block, sample_rate_);
    return true;
  }
  void reset() noexcept override { level_.reset(); }
  const LevelFollower* level() const noexcept override { return &level_; }

 private:
  double sample_rate_;
  LevelFollower level_;
};

}  // namespace namrack::engine
