#pragma once

#include <cstddef>
#include <optional>

#include "engine/audio/levels.h"
#include "engine/audio/ramp.h"
#include "engine/audio/stage.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// The gain before or behind a model: what the user has set, and what the level mode makes of the levels that
/// the model has.
class GainStage final : public Stage {
 public:
  enum class Place { before_model, behind_model };

  /// `sample_rate` in Hz.
  GainStage(Place place, double sample_rate, const CaptureLevels& levels);

  bool process(const Block& block, const ConstBlock&) NAMRACK_REALTIME override;
  void apply(const Settings& settings) NAMRACK_REALTIME override;
  void end_ramps() NAMRACK_REALTIME override { gain_.end(); }
  std::optional<float> factor() const NAMRACK_REALTIME override { return gain_.target(); }

  /// Only while no audio thread has it; holds from the next apply() on.
  void set_levels(const CaptureLevels& levels) { levels_ = levels; }

 private:
  Place place_;
  CaptureLevels levels_;
  Ramp gain_;
};

}  // namespace namrack::engine
