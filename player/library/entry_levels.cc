#include "player/library/entry_levels.h"

#include "engine/measure/level_warnings.h"

namespace namrack::player {

engine::LevelAdjustment level_adjustment(const BankEntry& entry, const Settings& settings) {
  return engine::level_adjustment(settings, entry.model->info().levels, entry.measured_loudness_db);
}

std::vector<std::string> level_warnings(const BankEntry& entry, const Settings& settings) {
  return engine::level_warnings(settings.as<LevelMode>(Setting::level_mode), entry.model->info().levels,
                                entry.measured_loudness_db);
}

engine::MatchSource match_source(const BankEntry& entry, const Settings& settings) {
  return engine::matched_loudness(settings.as<LoudnessMatch>(Setting::match), entry.model->info().levels,
                                  entry.measured_loudness_db)
      .source;
}

}  // namespace namrack::player
