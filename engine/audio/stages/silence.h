#pragma once

#include "engine/audio/stage.h"

namespace namrack::engine {

/// Lets nothing through.
class SilenceStage final : public Stage {
 public:
  bool process(Block block) noexcept override {
    fill(block, 0.0F);
    return true;
  }
};

}  // namespace namrack::engine
