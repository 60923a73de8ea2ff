#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "parameters/settings.h"
#include "protocol/field_spec.h"
#include "protocol/param_spec.h"

// Rows that several families of commands have.
namespace namrack::protocol {

template <std::size_t N, std::size_t M>
constexpr auto sorted(const std::array<ParamSpec, N>& some, const std::array<ParamSpec, M>& others) {
  std::array<ParamSpec, N + M> params;
  std::ranges::copy(others, std::ranges::copy(some, params.begin()).out);
  std::ranges::sort(params, {}, &ParamSpec::name);
  return params;
}

inline constexpr ParamSpec kIfRev{.name = "if_rev",
                                  .type = ParamType::integer,
                                  .help = "refuse with E_CONFLICT unless this is the current revision",
                                  .max = kMaxExactInteger};

inline constexpr ParamSpec kFadeMs{.name = "fade_ms",
                                   .type = ParamType::number,
                                   .help = "length of the crossfade; default: the setting fade_ms",
                                   .max = 10000.0,
                                   .unit = "ms"};

constexpr ParamSpec name_param(std::string_view help) {
  return {.name = "name", .type = ParamType::name, .help = help, .required = true};
}

/// When a change of the sound is to happen, and which revision it expects.
inline constexpr auto kWhen = std::to_array<ParamSpec>({
    {.name = "at_bar",
     .type = ParamType::integer,
     .help = "bar of the JACK transport, which must roll, at whose beat at_beat it is to happen",
     .min = 1.0,
     .max = 1e6},
    {.name = "at_beat",
     .type = ParamType::number,
     .help = "beat in at_bar (default 1); without at_bar the next one of that number",
     .min = 1.0,
     .max = 256.0},
    {.name = "at_frame",
     .type = ParamType::integer,
     .help = "JACK frame at which it is to happen; default: at once",
     .max = kMaxExactInteger,
     .unit = "frames"},
    kIfRev,
    {.name = "in_ms", .type = ParamType::number, .help = "time from now", .max = 86400000.0, .unit = "ms"},
});

inline constexpr FieldSpec kRev{"rev", FieldType::integer, "revision of the state after the change"};
inline constexpr FieldSpec kSaved =
    or_null({"saved", FieldType::boolean,
             "whether it is on disk; false: not yet, and `status.problems` says why; null: no state is kept "
             "(--no-state)"});
inline constexpr FieldSpec kFrame =
    or_null({"frame", FieldType::integer, "JACK frame at which it became audible; null while JACK is down"});
inline constexpr FieldSpec kApplied{"applied", FieldType::boolean,
                                    "false while JACK is down: stored, and applied on reconnect"};
inline constexpr FieldSpec kBypass{"bypass", FieldType::boolean, "whether bypass is on now"};

/// The settings as fields, by their names; all of them, or those that were asked for.
inline constexpr auto kSettingFields = [] {
  std::array<FieldSpec, kSettings.size()> fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Parameter& row = kSettings[i];
    const FieldType type = row.kind == ParameterKind::integer   ? FieldType::integer
                           : row.kind == ParameterKind::boolean ? FieldType::boolean
                           : row.kind == ParameterKind::choice  ? FieldType::text
                                                                : FieldType::number;
    fields[i] = at_times({row.name, type, row.help, row.unit});
  }
  return fields;
}();
constexpr FieldSpec settings_field(std::string_view name, std::string_view help) {
  return {.name = name, .type = FieldType::object, .help = help, .base = kSettingFields};
}
inline constexpr FieldSpec kParams = settings_field("params", "the settings, by name");

}  // namespace namrack::protocol
