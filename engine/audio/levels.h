#pragma once

#include <cmath>
#include <optional>

#include "engine/base/model_levels.h"
#include "engine/base/realtime.h"
#include "parameters/settings.h"

namespace namrack::engine {

/// Whether `which`, the DC blocker or the peak guard, runs.
inline bool is_on(const Settings& settings, Setting which) NAMRACK_REALTIME {
  const auto wanted = settings.as<AutoSwitch>(which);
  return wanted == AutoSwitch::on ||
         (wanted == AutoSwitch::automatic && settings.as<LevelMode>(Setting::level_mode) != LevelMode::raw);
}

/// Where the loudness that a model is matched by comes from.
enum class MatchSource {
  none,      ///< it is not matched: that is off, or nothing is known
  metadata,  ///< the file states it
  measured,
};

inline constexpr float kTargetLoudnessDb = -18.0F;
/// A stated loudness that is further from the measured one says nothing about the model. (Measured and stated
/// honestly they differ by up to 13.5 dB for a few clean amplifiers without a cabinet, of which the measured
/// one is what a guitar sounds like: loudness.h.)
inline constexpr float kMostLoudnessErrorDb = 10.0F;
/// Nothing is matched by more than this: a model that is almost silent shall not become noise.
inline constexpr float kMostMatchDb = 40.0F;

inline float db_to_gain(float db) NAMRACK_REALTIME {
  return std::pow(10.0F, db / 20.0F);
}

/// Whether the sound of models depends on their measured loudness, if only to doubt the stated one.
inline bool needs_measured_loudness(const Settings& settings) NAMRACK_REALTIME {
  return settings.as<LevelMode>(Setting::level_mode) == LevelMode::normalized &&
         settings.as<LoudnessMatch>(Setting::match) != LoudnessMatch::off;
}

/// Gains around one model in dB, without those that the user sets.
struct LevelAdjustment {
  float input_db = 0.0F;
  float output_db = 0.0F;
};

/// All that is known of a model's levels; nothing of a path without one.
struct CaptureLevels {
  ModelLevels stated = {};
  std::optional<float> measured_loudness_db = {};  ///< as in loudness.h
};

/// Whether the stated loudness is further from the measured one than can be believed.
inline bool is_absurd(const ModelLevels& levels, std::optional<float> measured_loudness_db) NAMRACK_REALTIME {
  return levels.loudness_db && measured_loudness_db &&
         std::fabs(*levels.loudness_db - *measured_loudness_db) > kMostLoudnessErrorDb;
}

/// The loudness that a model is matched by, in dB; nullopt with MatchSource::none.
struct MatchedLoudness {
  std::optional<float> db;
  MatchSource source = MatchSource::none;
};
/// `measured_loudness_db` is nullopt where it is not known, or the model is silent: then the stated one is
/// believed. Real-time safe.
MatchedLoudness matched_loudness(LoudnessMatch match, const ModelLevels& levels,
                                 std::optional<float> measured_loudness_db) NAMRACK_REALTIME;

/// The gains that the level mode asks for; levels that are not known mean no adjustment.
/// `measured_loudness_db` is comparable with the loudness that files state. Real-time safe.
LevelAdjustment level_adjustment(const Settings& settings, const ModelLevels& levels,
                                 std::optional<float> measured_loudness_db) NAMRACK_REALTIME;

}  // namespace namrack::engine
