#include "engine/measure/level_warnings.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace namrack::engine {
namespace {

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

}  // namespace namrack::engine
