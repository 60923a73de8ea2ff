#include "engine/audio/levels.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace namrack::engine {
namespace {

bool is_absurd(const ModelLevels& levels, std::optional<float> measured_loudness_db) noexcept {
  return levels.loudness_db && measured_loudness_db &&
         std::fabs(*levels.loudness_db - *measured_loudness_db) > kMostLoudnessErrorDb;
}

/// As people write it: -18, -18.3.
std::string decibels(float db) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", std::round(10.0 * static_cast<double>(db)) / 10.0);
  return text.data();
}

}  // namespace

std::string_view match_source_name(MatchSource source) {
  switch (source) {
    case MatchSource::none:
      return "none";
    case MatchSource::metadata:
      return "metadata";
    case MatchSource::measured:
      return "measured";
  }
  return "none";
}

MatchedLoudness matched_loudness(LoudnessMatch match, const ModelLevels& levels,
                                 std::optional<float> measured_loudness_db) noexcept {
  if (match == LoudnessMatch::off) return {};
  const bool believed = match == LoudnessMatch::metadata && !is_absurd(levels, measured_loudness_db);
  if (believed && levels.loudness_db) return {levels.loudness_db, MatchSource::metadata};
  if (measured_loudness_db) return {measured_loudness_db, MatchSource::measured};
  return {};
}

std::vector<std::string> level_warnings(LevelMode mode, const ModelLevels& levels,
                                        std::optional<float> measured_loudness_db) {
  std::vector<std::string> warnings;
  if (is_absurd(levels, measured_loudness_db))
    warnings.push_back("metadata.loudness states " + decibels(*levels.loudness_db) + " dB, but " +
                       decibels(*measured_loudness_db) + " dB is measured: the measured loudness is used");
  if (mode != LevelMode::calibrated) return warnings;
  if (!levels.input_dbu && !levels.output_dbu)
    warnings.emplace_back(
        "the file states no usable input_level_dbu and output_level_dbu: level_mode calibrated leaves its "
        "levels as they are; level_mode normalized would match its loudness");
  else if (!levels.input_dbu)
    warnings.emplace_back(
        "the file states no usable input_level_dbu: level_mode calibrated leaves its input level as it is");
  else if (!levels.output_dbu)
    warnings.emplace_back(
        "the file states no usable output_level_dbu: level_mode calibrated leaves its output level as it is");
  return warnings;
}

LevelAdjustment level_adjustment(const Settings& settings, const ModelLevels& levels,
                                 std::optional<float> measured_loudness_db) noexcept {
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
