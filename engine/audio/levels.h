#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/model.h"

namespace namrack::engine {

/// How the loudness of different captures is brought together (as the NAM plugin does).
enum class LevelMode {
  raw,         ///< the bare model output
  normalized,  ///< every model is brought to kTargetLoudnessDb, as LoudnessMatch says
  calibrated,  ///< analogue levels in and out are those of the captured device, where it states them
};

/// What level mode `normalized` goes by.
enum class LoudnessMatch {
  off,       ///< nothing is matched
  metadata,  ///< the loudness that the file states; where it states none, or an absurd one, the measured one
  measured,  ///< always the measured one
};

/// When something runs that is not wanted in level mode `raw`: there the sound is what `render` gives, bit
/// for bit.
enum class AutoSwitch {
  automatic,  ///< in every level mode but raw
  on,
  off,
};

inline bool is_on(AutoSwitch which, LevelMode mode) noexcept {
  return which == AutoSwitch::on || (which == AutoSwitch::automatic && mode != LevelMode::raw);
}

/// Where the loudness that a model is matched by comes from.
enum class MatchSource {
  none,      ///< it is not matched: that is off, or nothing is known
  metadata,  ///< the file states it
  measured,
};
std::string_view match_source_name(MatchSource source);

/// By the names that users know; nullopt for an unknown one.
std::optional<LevelMode> level_mode_from_name(std::string_view name);
std::optional<LoudnessMatch> loudness_match_from_name(std::string_view name);
std::optional<AutoSwitch> auto_switch_from_name(std::string_view name);

inline constexpr float kTargetLoudnessDb = -18.0F;
/// A stated loudness that is further from the measured one says nothing about the model. (Measured and stated
/// honestly they differ by up to 13.5 dB for a few clean amplifiers without a cabinet, of which the measured
/// one is what a guitar sounds like: loudness.h.)
inline constexpr float kMostLoudnessErrorDb = 10.0F;
/// Ceiling of the peak guard unless the user states another: what converters can play at most.
inline constexpr float kDefaultCeilingDb = 0.0F;
/// Nothing is matched by more than this: a model that is almost silent shall not become noise.
inline constexpr float kMostMatchDb = 40.0F;
/// Level of a 0 dBFS peak sine at the audio interface unless the user states another, in dBu.
inline constexpr float kDefaultInterfaceDbu = 12.0F;

inline float db_to_gain(float db) noexcept {
  return std::pow(10.0F, db / 20.0F);
}

/// What is set of the signal's way through one model.
struct PathSettings {
  float input_db = 0.0F;   ///< gain before the model
  float output_db = 0.0F;  ///< gain behind it
  LevelMode level_mode = LevelMode::normalized;
  LoudnessMatch match = LoudnessMatch::metadata;
  float interface_dbu = kDefaultInterfaceDbu;
  AutoSwitch dc_blocker = AutoSwitch::automatic;

  /// Whether the sound of models depends on their measured loudness, if only to doubt the stated one.
  bool needs_measured_loudness() const noexcept {
    return level_mode == LevelMode::normalized && match != LoudnessMatch::off;
  }
  bool blocks_dc() const noexcept { return is_on(dc_blocker, level_mode); }
  bool operator==(const PathSettings&) const = default;
};

/// Gains around one model in dB, without those that the user sets.
struct LevelAdjustment {
  float input_db = 0.0F;
  float output_db = 0.0F;
};

/// The loudness that a model is matched by, in dB; nullopt with MatchSource::none.
struct MatchedLoudness {
  std::optional<float> db;
  MatchSource source = MatchSource::none;
};
/// `measured_loudness_db` is nullopt where it is not known, or the model is silent: then the stated one is
/// believed. Real-time safe.
MatchedLoudness matched_loudness(LoudnessMatch match, const ModelLevels& levels,
                                 std::optional<float> measured_loudness_db) noexcept;

/// What is to be said about a model's levels, one sentence each: a stated loudness that is not used, and in
/// level mode calibrated analogue levels that the file does not state. Allocates.
std::vector<std::string> level_warnings(LevelMode mode, const ModelLevels& levels,
                                        std::optional<float> measured_loudness_db);

/// What the level mode asks for; levels that are not known mean no adjustment. `measured_loudness_db` is
/// comparable with the loudness that files state. Real-time safe.
LevelAdjustment level_adjustment(const PathSettings& settings, const ModelLevels& levels,
                                 std::optional<float> measured_loudness_db) noexcept;

}  // namespace namrack::engine
