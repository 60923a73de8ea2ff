#include "protocol/commands/state.h"

#include "protocol/command_table.h"
#include "protocol/commands/readers.h"
#include "protocol/commands/state_rows.h"
#include "protocol/param_value.h"
#include "protocol/setting_table.h"

namespace namrack::protocol {
namespace {

using T = FieldType;

Request read_get(const boost::json::object& params) {
  return GetRequest{.key = optional_string_in(params, "key")};
}

constexpr auto kGetParams = std::to_array<ParamSpec>({{.name = "key",
                                                       .type = ParamType::choice,
                                                       .help = "the only setting to return; default: all",
                                                       .choices = kSettingNames}});
constexpr auto kGetResult = std::to_array<FieldSpec>({kParams});

constexpr auto kStateCommands = std::to_array<CommandSpec>({
    {"get", "Returns the settings.", kGetParams, kGetResult, read_get},
    {"status",
     "Shows what plays, the state of JACK and the DSP load.",
     {},
     kStatusResult,
     read_bare<StatusRequest>},
});

constexpr auto kProblemData = std::to_array<FieldSpec>({{"active", T::boolean, "false when it has ended"}});
constexpr auto kXrunData = std::to_array<FieldSpec>(
    {{"count", T::integer, "since the last event"}, {"total", T::integer, "since the daemon started"}});
constexpr auto kOverloadData =
    std::to_array<FieldSpec>({{"load_max", T::number, "the greatest fraction of a block's deadline, above 1"},
                              {"load_mean", T::number, "the mean"},
                              {"blocks", T::integer, "how many were looked at"}});
constexpr auto kStateEvents = std::to_array<EventSpec>({
    {Topic::jack, {}, kJackFields, "`jack` as `status` returns it"},
    {Topic::problem, kProblemData, kProblemFields, "`problems[]` as `status` returns it"},
    {Topic::xrun, kXrunData},
    {Topic::overload, kOverloadData},
    {Topic::meters, {}, kMeterFields, "`meters` as `status` returns it"},
});

}  // namespace

std::span<const CommandSpec> state_commands() {
  return kStateCommands;
}
std::span<const EventSpec> state_events() {
  return kStateEvents;
}

}  // namespace namrack::protocol
