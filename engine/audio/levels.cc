#include "engine/audio/levels.h"

#include <algorithm>

namespace namrack::engine {

MatchedLoudness matched_loudness(LoudnessMatch match, const ModelLevels& levels,
                                 std::optional<float> measured_loudness_db) NAMRACK_REALTIME {
  if (match == LoudnessMatch::off) return {};
  const bool believed = match == LoudnessMatch::metadata && !is_absurd(levels, measured_loudness_db);
  if (believed && levels.loudness_db) return {levels.loudness_db, MatchSource::metadata};
  if (measured_loudness_db) return {measured_loudness_db, MatchSource::measured};
  return {};
}

LevelAdjustment level_adjustment(const Settings& settings, const ModelLevels& levels,
                                 std::optional<float> measured_loudness_db) NAMRACK_REALTIME {
  LevelAdjustment adjustment;
  const auto mode = settings.as<LevelMode>(Setting::level_mode);
  const auto interface_dbu = settings.as<float>(Setting::interface_dbu);
  if (mode == LevelMode::normalized) {
    const auto match = settings.as<LoudnessMatch>(Setting::match);
    const std::optional<float> loudness = matched_loudness(match, levels, measured_loudness_db).db;
    if (loudness)
      adjustment.output_db = std::clamp(kTargetLoudnessDb - *loudness, -kMostMatchDb, kMostMatchDb);
  }
  if (mode == LevelMode::calibrated) {
    if (levels.input_dbu) adjustment.input_db = interface_dbu - *levels.input_dbu;
    if (levels.output_dbu) adjustment.output_db = *levels.output_dbu - interface_dbu;
  }
  return adjustment;
}

}  // namespace namrack::engine
