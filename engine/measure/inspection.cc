#include "engine/measure/inspection.h"

#include "engine/audio/levels.h"
#include "engine/measure/level_warnings.h"
#include "engine/measure/loudness.h"

namespace namrack::engine {
namespace {

/// Multiply-adds a second of sound, in which the largest known models take 4e9. Whoever inspects a file does
/// not wait for minutes.
constexpr double kMostMacsASecond = 2e10;

}  // namespace

LevelFindings inspect_levels(const Model& model) {
  const ModelInfo& info = model.info();
  LevelFindings findings;
  if (static_cast<double>(info.macs_per_sample) * model.sample_rate() <= kMostMacsASecond)
    findings.measured_loudness_db = measured_loudness_db(model);
  const MatchedLoudness matched =
      matched_loudness(LoudnessMatch::metadata, info.levels, findings.measured_loudness_db);
  findings.match_source = match_source_name(matched.source);
  findings.warnings = level_warnings(LevelMode::normalized, info.levels, findings.measured_loudness_db);
  return findings;
}

}  // namespace namrack::engine
