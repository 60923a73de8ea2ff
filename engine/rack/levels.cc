#include "engine/rack/levels.h"

namespace namrack::engine {

LevelGains level_gains(LevelMode mode, const ModelLevels& levels, float interface_dbu) noexcept {
  float input_db = 0.0F;
  float output_db = 0.0F;
  if (mode == LevelMode::normalized && levels.loudness_db)
    output_db = kTargetLoudnessDb - *levels.loudness_db;
  if (mode == LevelMode::calibrated) {
    if (levels.input_dbu) input_db = interface_dbu - *levels.input_dbu;
    if (levels.output_dbu) output_db = *levels.output_dbu - interface_dbu;
  }
  return {.input = db_to_gain(input_db), .output = db_to_gain(output_db)};
}

}  // namespace namrack::engine
