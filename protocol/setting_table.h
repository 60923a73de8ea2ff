#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "protocol/param_spec.h"

namespace namrack::protocol {

/// Names of LevelMode, LoudnessMatch, AutoSwitch and OnMissing, in the order of the enumerations.
inline constexpr auto kLevelModes = std::to_array<std::string_view>({"raw", "normalized", "calibrated"});
inline constexpr auto kLoudnessMatches = std::to_array<std::string_view>({"off", "meta", "measured"});
inline constexpr auto kAutoSwitches = std::to_array<std::string_view>({"auto", "on", "off"});
inline constexpr auto kOnMissing = std::to_array<std::string_view>({"mute", "dry"});

/// The settable parameters, sorted by name.
inline constexpr auto kSettings = std::to_array<ParamSpec>({
    {.name = "ceiling_db",
     .type = ParamType::number,
     .help = "what no peak exceeds while the peak guard is on",
     .min = -40.0,
     .max = 20.0,
     .unit = "dBFS"},
    {.name = "dc_blocker",
     .type = ParamType::choice,
     .help = "high-pass that removes a model's DC offset; auto: in every level mode but raw",
     .choices = kAutoSwitches},
    {.name = "fade_ms",
     .type = ParamType::number,
     .help = "crossfade of a swap that names none",
     .min = 0.0,
     .max = 1000.0,
     .unit = "ms"},
    {.name = "input_db",
     .type = ParamType::number,
     .help = "gain before the model",
     .min = -60.0,
     .max = 40.0,
     .unit = "dB"},
    {.name = "interface_dbu",
     .type = ParamType::number,
     .help = "level of a 0 dBFS peak sine at the audio interface, for level mode calibrated",
     .min = -20.0,
     .max = 40.0,
     .unit = "dBu"},
    {.name = "level_mode",
     .type = ParamType::choice,
     .help = "how captures are brought to a common level",
     .choices = kLevelModes},
    {.name = "match",
     .type = ParamType::choice,
     .help = "what level mode normalized goes by: meta, the loudness that a file states, or where it states "
             "none, or one more than 10 dB off, the measured one; measured; or off",
     .choices = kLoudnessMatches},
    {.name = "on_missing",
     .type = ParamType::choice,
     .help = "what is heard while the file of what should play is missing or broken: mute, silence; dry, the "
             "input; kept over restarts, in no scene",
     .choices = kOnMissing},
    {.name = "output_db",
     .type = ParamType::number,
     .help = "gain after the model",
     .min = -60.0,
     .max = 40.0,
     .unit = "dB"},
    {.name = "peak_guard",
     .type = ParamType::choice,
     .help = "keeps peaks at the ceiling; auto: in every level mode but raw",
     .choices = kAutoSwitches},
});
static_assert(std::ranges::is_sorted(kSettings, {}, &ParamSpec::name));

inline constexpr auto kSettingNames = [] {
  std::array<std::string_view, kSettings.size()> names;
  std::ranges::transform(kSettings, names.begin(), &ParamSpec::name);
  return names;
}();

}  // namespace namrack::protocol
