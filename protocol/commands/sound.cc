#include "protocol/commands/sound.h"

#include "protocol/command_table.h"
#include "protocol/commands/sound_rows.h"
#include "protocol/error.h"
#include "protocol/param_value.h"
#include "protocol/parameter_json.h"
#include "protocol/setting_table.h"

namespace namrack::protocol {
namespace {

namespace json = boost::json;
using T = FieldType;

Switch switch_in(const json::object& params, std::string_view key) {
  const json::value& value = params.at(key);
  if (!value.is_bool()) return Switch::toggle;
  return value.get_bool() ? Switch::on : Switch::off;
}

Request read_bypass(const json::object& params) {
  return BypassRequest{.to = switch_in(params, "on"), .when = when_in(params), .if_rev = if_rev_in(params)};
}
Request read_set(const json::object& params) {
  const SettingChanges changes = changes_in(kSettings, params);
  if (changes.is_empty())
    throw ProtocolError(ErrorCode::params, "set needs at least one setting", {{"found", "no setting"}});
  return SetRequest{.changes = changes, .when = when_in(params), .if_rev = if_rev_in(params)};
}
Request read_swap(const json::object& params) {
  return SwapRequest{.name = optional_string_in(params, "name"),
                     .fade_ms = number_in(params, "fade_ms"),
                     .when = when_in(params),
                     .if_rev = if_rev_in(params)};
}

constexpr auto kBypassParams = sorted(kWhen, std::to_array<ParamSpec>({{.name = "on",
                                                                        .type = ParamType::on_off_toggle,
                                                                        .help = "true passes the dry input",
                                                                        .required = true}}));
constexpr auto kBypassResult = std::to_array<FieldSpec>({kBypass, kFrame, kApplied, kRev});
constexpr auto kSetParams = sorted(kSettingParams, kWhen);
constexpr auto kSetResult =
    std::to_array<FieldSpec>({settings_field("params", "all settings after the change"),
                              {"warnings", T::texts,
                               "what the level mode does not find in the file of the model that plays, one "
                               "sentence each"},
                              kFrame,
                              kApplied,
                              kRev});
constexpr auto kSwapParams = sorted(kWhen, std::to_array<ParamSpec>({
                                               kFadeMs,
                                               {.name = "name",
                                                .type = ParamType::name,
                                                .help = "a loaded model, or null for the dry signal",
                                                .required = true,
                                                .nullable = true},
                                           }));

constexpr auto kSoundCommands = std::to_array<CommandSpec>({
    {"bypass", "Crossfades to the dry input, or back.", kBypassParams, kBypassResult, read_bypass,
     Effect::state},
    {"set", "Changes settings, all of them or none.", kSetParams, kSetResult, read_set, Effect::state},
    {"swap", "Crossfades to a loaded model.", kSwapParams, kSwapResult, read_swap, Effect::state},
});

constexpr auto kFadedData =
    std::to_array<FieldSpec>({or_null({"name", T::text, "what is audible now; null for the dry signal"}),
                              or_null({"load_mean", T::number, "the mean load while both models ran"}),
                              or_null({"load_max", T::number, "the greatest"}),
                              {"xruns", T::integer, "that JACK reported meanwhile"}});
constexpr auto kBypassData =
    std::to_array<FieldSpec>({kBypass, {"applied", T::boolean, "false while JACK is down"}});
constexpr auto kSoundEvents = std::to_array<EventSpec>({
    {Topic::swap, {}, kSwapResult, "what `swap` returns"},
    {Topic::faded, kFadedData},
    {Topic::bypass, kBypassData},
    {Topic::params, {}, kSettingFields, "the settings, by name"},
});

}  // namespace

std::span<const CommandSpec> sound_commands() {
  return kSoundCommands;
}
std::span<const EventSpec> sound_events() {
  return kSoundEvents;
}

}  // namespace namrack::protocol
