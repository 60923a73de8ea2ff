#pragma once

#include "engine/audio/stage.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// Lets nothing through.
class SilenceStage final : public Stage {
 public:
  bool process(const Block& block, const ConstBlock&) NAMRACK_REALTIME override {
    fill(block, 0.0F);
    return true;
  }
};

}  // namespace namrack::engine
