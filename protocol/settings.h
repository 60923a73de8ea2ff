#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string_view>

#include "protocol/param_spec.h"

namespace namrack::protocol {

enum class LevelMode { raw, normalized, calibrated };
enum class LoudnessMatch { off, metadata, measured };
enum class AutoSwitch { automatic, on, off };
enum class OnMissing { mute, dry };

/// The values that `set` changes and `get` and `status` show, with their defaults.
struct Settings {
  double input_db = 0.0;
  double output_db = 0.0;
  LevelMode level_mode = LevelMode::normalized;
  double interface_dbu = 12.0;  ///< dBu of a sine that is 0 dBFS peak at the audio interface
  LoudnessMatch match = LoudnessMatch::metadata;
  AutoSwitch dc_blocker = AutoSwitch::automatic;
  AutoSwitch peak_guard = AutoSwitch::automatic;
  double ceiling_db = 0.0;  ///< of the peak guard, dBFS
  double fade_ms = 20.0;    ///< the crossfade of a swap that names none; in no scene
  /// What is heard while the file of what should play is missing or broken; in no scene.
  OnMissing on_missing = OnMissing::mute;

  friend bool operator==(const Settings&, const Settings&) = default;
};

/// What one `set` asks for; absent members stay as they are.
struct SettingChanges {
  std::optional<double> input_db = {};
  std::optional<double> output_db = {};
  std::optional<LevelMode> level_mode = {};
  std::optional<double> interface_dbu = {};
  std::optional<LoudnessMatch> match = {};
  std::optional<AutoSwitch> dc_blocker = {};
  std::optional<AutoSwitch> peak_guard = {};
  std::optional<double> ceiling_db = {};
  std::optional<double> fade_ms = {};
  std::optional<OnMissing> on_missing = {};

  friend bool operator==(const SettingChanges&, const SettingChanges&) = default;
};

/// Type, range, unit and help of a setting; nullptr when there is none of that name.
const ParamSpec* find_setting(std::string_view key);

/// All settings as the `params` object of replies and events.
boost::json::object settings_to_json(const Settings& settings);
/// Reads the settings in `object`, whose values have been checked against kSettings. Other keys are
/// left alone.
SettingChanges setting_changes_from_json(const boost::json::object& object);
/// Those that are there, likewise.
boost::json::object setting_changes_to_json(const SettingChanges& changes);
/// All of `settings` as changes.
SettingChanges all_of(const Settings& settings);
/// Those that are part of the sound, and so of a scene.
SettingChanges sound_of(const Settings& settings);
/// `settings` with `changes` made.
Settings apply_changes(Settings settings, const SettingChanges& changes);
bool is_empty(const SettingChanges& changes);
/// `first`, and then `second`.
SettingChanges merged(SettingChanges first, const SettingChanges& second);

std::string_view level_mode_name(LevelMode mode);
std::string_view loudness_match_name(LoudnessMatch match);
std::string_view auto_switch_name(AutoSwitch which);
std::string_view on_missing_name(OnMissing what);
/// nullopt for an unknown name.
std::optional<LevelMode> level_mode_from_name(std::string_view name);
std::optional<LoudnessMatch> loudness_match_from_name(std::string_view name);
std::optional<AutoSwitch> auto_switch_from_name(std::string_view name);
std::optional<OnMissing> on_missing_from_name(std::string_view name);

}  // namespace namrack::protocol
