#include "engine/rack/levels.h"

#include <algorithm>

namespace namrack::engine {
namespace {

std::optional<float> loudness_to_match(LoudnessMatch match, const ModelLevels& levels,
                                       std::optional<float> measured_loudness_db) noexcept {
  if (match == LoudnessMatch::off) return std::nullopt;
  const bool stated = match == LoudnessMatch::metadata && levels.loudness_db;
  return stated ? levels.loudness_db : measured_loudness_db;
}

}  // namespace

std::optional<LevelMode> level_mode_from_name(std::string_view name) {
  if (name == "raw") return LevelMode::raw;
  if (name == "normalized") return LevelMode::normalized;
  if (name == "calibrated") return LevelMode::calibrated;
  return std::nullopt;
}

std::optional<LoudnessMatch> loudness_match_from_name(std::string_view name) {
  if (name == "off") return LoudnessMatch::off;
  if (name == "meta") return LoudnessMatch::metadata;
  if (name == "measured") return LoudnessMatch::measured;
  return std::nullopt;
}

std::optional<AutoSwitch> auto_switch_from_name(std::string_view name) {
  if (name == "auto") return AutoSwitch::automatic;
  if (name == "on") return AutoSwitch::on;
  if (name == "off") return AutoSwitch::off;
  return std::nullopt;
}

LevelAdjustment level_adjustment(const PathSettings& settings, const ModelLevels& levels,
                                 std::optional<float> measured_loudness_db) noexcept {
  LevelAdjustment adjustment;
  if (settings.level_mode == LevelMode::normalized) {
    const std::optional<float> loudness = loudness_to_match(settings.match, levels, measured_loudness_db);
    if (loudness)
      adjustment.output_db = std::clamp(kTargetLoudnessDb - *loudness, -kMostMatchDb, kMostMatchDb);
  }
  if (settings.level_mode == LevelMode::calibrated) {
    if (levels.input_dbu) adjustment.input_db = settings.interface_dbu - *levels.input_dbu;
    if (levels.output_dbu) adjustment.output_db = *levels.output_dbu - settings.interface_dbu;
  }
  return adjustment;
}

}  // namespace namrack::engine
