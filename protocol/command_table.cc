#include "protocol/command_table.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "protocol/setting_table.h"
#include "protocol/topic.h"

namespace namrack::protocol {
namespace {

constexpr double kMaxSwapFadeMs = 10000.0;

constexpr auto kIfOver = std::to_array<std::string_view>({"refuse", "slim", "force"});

constexpr ParamSpec kIfRev{.name = "if_rev",
                           .type = ParamType::integer,
                           .help = "refuse with E_CONFLICT unless this is the current revision",
                           .max = kMaxExactInteger};
constexpr ResultField kRev{"rev", "revision of the state after the change"};
constexpr ResultField kFrame{"frame", "JACK frame at which it became audible; null while JACK is down"};
constexpr ResultField kApplied{"applied", "false while JACK is down: stored, and applied on reconnect"};
constexpr ResultField kParams{"params", "the settings, by name"};

constexpr ParamSpec model_name(std::string_view help) {
  return {.name = "name", .type = ParamType::name, .help = help, .required = true};
}

constexpr auto kBypassParams = std::to_array<ParamSpec>({kIfRev,
                                                         {.name = "on",
                                                          .type = ParamType::on_off_toggle,
                                                          .help = "true passes the dry input through",
                                                          .required = true}});
constexpr auto kBypassResult =
    std::to_array<ResultField>({{"bypass", "whether bypass is on now"}, kFrame, kApplied, kRev});

constexpr auto kGetParams = std::to_array<ParamSpec>({{.name = "key",
                                                       .type = ParamType::choice,
                                                       .help = "the only setting to return; default: all",
                                                       .choices = kSettingNames}});
constexpr auto kGetResult = std::to_array<ResultField>({kParams});

constexpr auto kHelloParams = std::to_array<ParamSpec>(
    {{.name = "client", .help = "name and version of the client, for the daemon's log"}});
constexpr auto kHelloResult = std::to_array<ResultField>({{"name", "\"namrackd\""},
                                                          {"version", "of the daemon"},
                                                          {"protocol", "version of this protocol: 1"},
                                                          {"methods", "names of all methods"},
                                                          {"topics", "names of all event topics"}});

constexpr auto kInspectParams = std::to_array<ParamSpec>({{.name = "path",
                                                           .type = ParamType::path,
                                                           .help = "model file on the daemon's machine",
                                                           .required = true}});
constexpr auto kInspectResult = std::to_array<ResultField>(
    {{"path", "of the file"},
     {"version", "of the file format"},
     {"architecture", "such as \"WaveNet\" or \"LSTM\""},
     {"sample_rate", "Hz as stated in the file, or null"},
     {"weights", "count"},
     {"receptive_field", "frames"},
     {"macs_per_sample", "multiply-adds a sample"},
     {"loudness", "dBFS as stated in the file, or null"},
     {"quality_steps", "steps of the quality dial: {from, weights, macs_per_sample}"},
     {"metadata", "as in the file"},
     {"warnings", "what was tolerated, one sentence each"}});

constexpr auto kListResult = std::to_array<ResultField>(
    {{"models", "loaded models: {name, path, architecture, sample_rate, bytes, loudness, current}"}});

constexpr ParamSpec kFadeMs{.name = "fade_ms",
                            .type = ParamType::number,
                            .help = "length of the crossfade; default: the setting fade_ms",
                            .max = kMaxSwapFadeMs,
                            .unit = "ms"};

constexpr ParamSpec quality(std::string_view help, bool required) {
  return {.name = "quality", .type = ParamType::number, .help = help, .required = required, .max = 1.0};
}

constexpr auto kLoadParams = std::to_array<ParamSpec>(
    {{.name = "if_over",
      .type = ParamType::choice,
      .help = "when it takes more than the CPU budget: refuse (the default) with E_CPU_BUDGET, slim to the "
              "largest "
              "quality step that fits, or force it",
      .choices = kIfOver},
     kIfRev,
     model_name("the name the model gets in the bank"),
     {.name = "path",
      .type = ParamType::path,
      .help = "model file on the daemon's machine",
      .required = true},
     quality("size to run, for models that hold several; 1 (the default) is the full one", false),
     {.name = "replace",
      .type = ParamType::boolean,
      .help = "take the place of a loaded model of that name (default false: E_BUSY)"}});
constexpr auto kLoadResult = std::to_array<ResultField>(
    {{"name", "in the bank"},
     {"path", "of the file"},
     {"architecture", "such as \"WaveNet\" or \"LSTM\""},
     {"sample_rate", "Hz as stated in the file, or null"},
     {"receptive_field", "frames"},
     {"weights", "count"},
     {"loudness", "dBFS as stated in the file, or null"},
     {"load_ms", "time that reading, packing and prewarming took"},
     {"bytes", "memory the model takes"},
     {"predicted_load", "fraction of the block's deadline that it will take; measured now"},
     {"over_budget", "whether that is more than the CPU budget, and it was loaded all the same"},
     {"quality", "the size that runs, as asked for or slimmed to"},
     {"swap", "when it took the place of the audible model, what `swap` returns; else null"},
     kRev});

constexpr auto kQualityParams = std::to_array<ParamSpec>(
    {kFadeMs, kIfRev, model_name("a loaded model"),
     quality("size to run, for models that hold several: 1 is the full one, 0 the smallest", true)});

constexpr auto kSetParams = [] {
  std::array<ParamSpec, kSettings.size() + 1> params;
  std::ranges::copy(kSettings, params.begin());
  params.back() = kIfRev;
  std::ranges::sort(params, {}, &ParamSpec::name);
  return params;
}();

constexpr auto kSetResult = std::to_array<ResultField>({{"params", "all settings after the change"}, kRev});

constexpr auto kStatusResult = std::to_array<ResultField>(
    {{"version", "of the daemon"},
     {"uptime_s", "seconds since it started"},
     {"rev", "revision of the state"},
     {"current", "name of the audible model, or null for the dry signal"},
     {"bypass", "whether bypass is on"},
     {"jack",
      "{connected, client, sample_rate, buffer_size, realtime, xruns, latency_frames}; realtime: whether the "
      "system has given the audio thread real-time priority"},
     {"dsp",
      "{load_mean, load_p99, load_max, blocks, faults, predicted_load, budget}; loads are fractions of the "
      "block's "
      "deadline; faults: how often a model's output overflowed, was silenced and the model started afresh; "
      "predicted_load: what the model that plays was measured to take; budget: what models may"},
     {"bank", "{models, bytes, budget}: how many are loaded, the memory they take and may take"},
     kParams});

constexpr ResultField kState{"state", "as `status`, so that nothing is missed in between"};

constexpr auto kSwapParams =
    std::to_array<ParamSpec>({{.name = "at_frame",
                               .type = ParamType::integer,
                               .help = "JACK frame at which the crossfade begins; default: at once",
                               .max = kMaxExactInteger,
                               .unit = "frames"},
                              kFadeMs,
                              kIfRev,
                              {.name = "name",
                               .type = ParamType::name,
                               .help = "a loaded model, or null for the dry signal",
                               .required = true,
                               .nullable = true}});
constexpr auto kSwapResult = std::to_array<ResultField>(
    {{"name", "what is audible now, or null for the dry signal"},
     {"previous", "what was audible before, or null"},
     kFrame,
     {"fade",
      "\"crossfade\"; or \"through_zero\" when both models together "
      "would take more than the CPU budget"},
     {"predicted_load", "fraction of the block's deadline that it takes, and"},
     {"predicted_overlap", "that both took while they crossfaded"},
     {"requested_frame", "at_frame as asked for, or null"},
     {"fade_frames", "length of the crossfade"},
     {"gap_frames", "frames of silence or repetition: always 0"},
     {"heard_frames",
      "live input that the model was given to hear first, so that it sounds as if it "
      "had always been running; 0 while JACK is down"},
     {"skipped_frames",
      "of the latest of it, for which at_frame left no time: "
      "normally 0"},
     {"prepare_ms", "time that building, if it was not ready, and hearing took"},
     kApplied,
     kRev});

constexpr auto kSubscribeParams = std::to_array<ParamSpec>({{.name = "rate_hz",
                                                             .type = ParamType::number,
                                                             .help = "of the topic meters; default 10",
                                                             .min = 0.1,
                                                             .max = 100.0,
                                                             .unit = "Hz"},
                                                            {.name = "topics",
                                                             .type = ParamType::choice_list,
                                                             .help = "added to what is already subscribed",
                                                             .required = true,
                                                             .choices = kTopicNames}});
constexpr auto kSubscribeResult = std::to_array<ResultField>({{"rev", "revision of `state`"}, kState});

constexpr auto kUnloadParams = std::to_array<ParamSpec>({kIfRev, model_name("a loaded model")});
constexpr auto kUnloadResult = std::to_array<ResultField>({kRev});

constexpr auto kUnsubscribeParams = std::to_array<ParamSpec>(
    {{.name = "topics", .type = ParamType::choice_list, .help = "default: all", .choices = kTopicNames}});

constexpr auto kCommands = std::to_array<CommandSpec>({
    {"bypass", "Crossfades to the dry input, or back.", kBypassParams, kBypassResult, true},
    {"get", "Returns the settings.", kGetParams, kGetResult},
    {"hello", "Says who answers and what it can do.", kHelloParams, kHelloResult},
    {"inspect", "Describes a model file without loading it into the bank.", kInspectParams, kInspectResult},
    {"list", "Lists the loaded models.", {}, kListResult},
    {"load", "Reads a model file into the bank, ready to be swapped to.", kLoadParams, kLoadResult, true},
    {"ping", "Does nothing: tells whether the daemon answers.", {}, {}},
    {"quality", "Loads a model's file anew in another size, and crossfades to it if the model is audible.",
     kQualityParams, kLoadResult, true},
    {"set", "Changes settings, all of them or none.", kSetParams, kSetResult, true},
    {"status", "Shows what plays, the state of JACK and the DSP load.", {}, kStatusResult},
    {"subscribe", "Sends events of these topics to this connection.", kSubscribeParams, kSubscribeResult},
    {"swap", "Crossfades to a loaded model.", kSwapParams, kSwapResult, true},
    {"unload", "Takes a model out of the bank; E_BUSY while it is audible.", kUnloadParams, kUnloadResult,
     true},
    {"unsubscribe", "Ends the events of these topics.", kUnsubscribeParams, {}},
});
static_assert(std::ranges::is_sorted(kCommands, {}, &CommandSpec::name));

constexpr bool every_param_list_is_sorted() {
  return std::ranges::all_of(kCommands, [](const CommandSpec& command) {
    return std::ranges::is_sorted(command.params, {}, &ParamSpec::name);
  });
}
static_assert(every_param_list_is_sorted());

constexpr bool if_rev_is_taken_by_mutating_commands_only() {
  return std::ranges::all_of(kCommands, [](const CommandSpec& command) {
    return command.mutates == std::ranges::binary_search(command.params, kIfRev.name, {}, &ParamSpec::name);
  });
}
static_assert(if_rev_is_taken_by_mutating_commands_only());

constexpr auto kNames = [] {
  std::array<std::string_view, kCommands.size()> names;
  std::ranges::transform(kCommands, names.begin(), &CommandSpec::name);
  return names;
}();

}  // namespace

std::span<const CommandSpec> command_table() {
  return kCommands;
}
std::span<const std::string_view> command_names() {
  return kNames;
}

const CommandSpec* find_command(std::string_view name) {
  const auto* const row = std::ranges::lower_bound(kCommands, name, {}, &CommandSpec::name);
  return row != kCommands.end() && row->name == name ? row : nullptr;
}

}  // namespace namrack::protocol
