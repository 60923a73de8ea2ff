#include "engine/rack/levels.h"

namespace namrack::engine {

std::optional<LevelMode> level_mode_from_name(std::string_view name) {
  if (name == "raw") return LevelMode::raw;
  if (name == "normalized") return LevelMode::normalized;
  if (name == "calibrated") return LevelMode::calibrated;
  return std::nullopt;
}

std::optional<DcBlock> dc_block_from_name(std::string_view name) {
  if (name == "auto") return DcBlock::automatic;
  if (name == "on") return DcBlock::on;
  if (name == "off") return DcBlock::off;
  return std::nullopt;
}

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
