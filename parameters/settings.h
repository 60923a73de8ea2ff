#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "parameters/parameter.h"
#include "parameters/values.h"

// The settings, which `set` changes. A setting is its row here and the place in the code that uses it; texts,
// ranges, state file, scenes, MIDI, options and completion follow from the row.
namespace namrack {

/// How the loudness of different captures is brought together (as the NAM plugin does).
enum class LevelMode : std::uint8_t {
  raw,         ///< the bare model output
  normalized,  ///< every model is brought to the same loudness, as LoudnessMatch says
  calibrated,  ///< analogue levels in and out are those of the captured device, where it states them
};
inline constexpr auto kLevelModes = std::to_array<std::string_view>({"raw", "normalized", "calibrated"});

/// The loudness that level mode `normalized` goes by.
enum class LoudnessMatch : std::uint8_t {
  off,       ///< nothing is matched
  metadata,  ///< the loudness that the file states; where it states none, or an absurd one, the measured one
  measured,  ///< always the measured one
};
inline constexpr auto kLoudnessMatches = std::to_array<std::string_view>({"off", "meta", "measured"});

/// When something runs that is not wanted in level mode `raw`: there the sound is what `render` gives, bit
/// for bit.
enum class AutoSwitch : std::uint8_t {
  automatic,  ///< in every level mode but raw
  on,
  off,
};
inline constexpr auto kAutoSwitches = std::to_array<std::string_view>({"auto", "on", "off"});

/// The sound while the file of what should play is missing or broken.
enum class OnMissing : std::uint8_t { mute, dry };
inline constexpr auto kOnMissing = std::to_array<std::string_view>({"mute", "dry"});

/// The places of kSettings.
enum class Setting : std::uint8_t {
  input_db,
  output_db,
  level_mode,
  match,
  interface_dbu,
  dc_blocker,
  peak_guard,
  ceiling_db,
  fade_ms,
  on_missing,
};

/// In the order in which they are shown.
inline constexpr auto kSettings = parameter_table<Setting>({
    {Setting::input_db,
     {.name = "input_db", .help = "gain before the model", .min = -60.0, .max = 40.0, .unit = "dB"}},
    {Setting::output_db,
     {.name = "output_db", .help = "gain after the model", .min = -60.0, .max = 40.0, .unit = "dB"}},
    {Setting::level_mode,
     {.name = "level_mode",
      .kind = ParameterKind::choice,
      .help = "how captures are brought to a common level",
      .value = static_cast<double>(LevelMode::normalized),
      .choices = kLevelModes}},
    {Setting::match,
     {.name = "match",
      .kind = ParameterKind::choice,
      .help = "what level mode normalized goes by: meta, the loudness that a file states, or where it states "
              "none, or one more than 10 dB off, the measured one; measured; or off",
      .value = static_cast<double>(LoudnessMatch::metadata),
      .choices = kLoudnessMatches}},
    {Setting::interface_dbu,
     {.name = "interface_dbu",
      .help = "level of a 0 dBFS peak sine at the audio interface, for level mode calibrated",
      .min = -20.0,
      .max = 40.0,
      .unit = "dBu",
      .value = 12.0}},
    {Setting::dc_blocker,
     {.name = "dc_blocker",
      .kind = ParameterKind::choice,
      .help = "high-pass that removes a model's DC offset; auto: in every level mode but raw",
      .choices = kAutoSwitches}},
    {Setting::peak_guard,
     {.name = "peak_guard",
      .kind = ParameterKind::choice,
      .help = "keeps peaks at the ceiling; auto: in every level mode but raw",
      .choices = kAutoSwitches}},
    {Setting::ceiling_db,
     {.name = "ceiling_db",
      .help = "what no peak exceeds while the peak guard is on",
      .min = -40.0,
      .max = 20.0,
      .unit = "dBFS"}},
    {Setting::fade_ms,
     {.name = "fade_ms",
      .help = "crossfade of a swap that names none",
      .min = 0.0,
      .max = 1000.0,
      .unit = "ms",
      .value = 20.0,
      .is_sound = false}},  // how one changes is not what one hears
    {Setting::on_missing,
     {.name = "on_missing",
      .kind = ParameterKind::choice,
      .help =
          "what is heard while the file of what should play is missing or broken: mute, silence; dry, the "
          "input; kept over restarts, in no scene",
      .choices = kOnMissing,
      .is_sound = false}},
});

/// A value for each of kSettings; the rows' own unless somebody has set another.
struct Settings : Values<kSettings.size()> {
  constexpr Settings() noexcept : Values(kSettings) {}
};
/// The changes that one `set` asks for.
using SettingChanges = Changes<kSettings.size()>;

/// nullopt when there is none of that name.
constexpr std::optional<Setting> find_setting(std::string_view name) {
  const Parameter* const row = find_parameter(kSettings, name);
  return row != nullptr ? std::optional(static_cast<Setting>(row - kSettings.data())) : std::nullopt;
}
constexpr const Parameter& row_of(Setting setting) {
  return kSettings[static_cast<std::size_t>(setting)];
}

/// Those of `settings` that are part of the sound, and so of a scene.
constexpr SettingChanges sound_of(const Settings& settings) {
  return SettingChanges(settings).only([](std::size_t place, double) { return kSettings[place].is_sound; });
}

}  // namespace namrack
