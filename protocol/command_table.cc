#include "protocol/command_table.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "protocol/midi_params.h"
#include "protocol/model_fields.h"
#include "protocol/models_command.h"
#include "protocol/request.h"
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
constexpr ResultField kFrame{"frame", "JACK frame at which it became audible; null while JACK is down"};
constexpr ResultField kApplied{"applied", "false while JACK is down: stored, and applied on reconnect"};
constexpr ResultField kParams{"params", "the settings, by name"};

constexpr ParamSpec model_name(std::string_view help) {
  return {.name = "name", .type = ParamType::name, .help = help, .required = true};
}

/// When a change of the sound is to happen, and which revision it expects.
constexpr auto kWhen = std::to_array<ParamSpec>({
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

template <std::size_t N, std::size_t M>
constexpr auto sorted(const std::array<ParamSpec, N>& some, const std::array<ParamSpec, M>& others) {
  std::array<ParamSpec, N + M> params;
  std::ranges::copy(others, std::ranges::copy(some, params.begin()).out);
  std::ranges::sort(params, {}, &ParamSpec::name);
  return params;
}

constexpr auto kBypassParams = sorted(kWhen, std::to_array<ParamSpec>({{.name = "on",
                                                                        .type = ParamType::on_off_toggle,
                                                                        .help = "true passes the dry input",
                                                                        .required = true}}));
constexpr auto kBypassResult =
    std::to_array<ResultField>({{"bypass", "whether bypass is on now"}, kFrame, kApplied, kRev});

constexpr auto kCancelParams = std::to_array<ParamSpec>(
    {{.name = "all", .type = ParamType::boolean, .help = "every change that waits; instead of id"},
     {.name = "id",
      .type = ParamType::integer,
      .help = "of the change, as `pending` shows it",
      .max = kMaxExactInteger}});
constexpr auto kCancelResult = std::to_array<ResultField>(
    {{"cancelled", "ids of the changes that will not happen; their own requests get E_CANCELLED"}});
constexpr auto kPendingResult = std::to_array<ResultField>(
    {{"changes", "changes of the sound that wait for their time, the oldest first"},
     {"limit", "how many may wait"}});

constexpr auto kGetParams = std::to_array<ParamSpec>({{.name = "key",
                                                       .type = ParamType::choice,
                                                       .help = "the only setting to return; default: all",
                                                       .choices = kSettingNames}});
constexpr auto kGetResult = std::to_array<ResultField>({kParams});

constexpr auto kHelloParams = std::to_array<ParamSpec>(
    {{.name = "client", .help = "name and version of the client, for the daemon's log"}});
constexpr auto kHelloResult =
    std::to_array<ResultField>({{"name", "\"namrackd\""},
                                {"version", "of the daemon"},
                                {"protocol", "version of this protocol: 1"},
                                {"methods", "names of all methods"},
                                {"topics", "names of all event topics"},
                                {"connection", "its number: the `origin` of events that it causes"}});

constexpr auto kInspectParams = std::to_array<ParamSpec>({{.name = "path",
                                                           .type = ParamType::path,
                                                           .help = "model file on the daemon's machine",
                                                           .required = true}});
constexpr auto kListResult = std::to_array<ResultField>(
    {{"models",
      "models of the bank; of one that is missing or broken, what is only known of a loaded model is null"}});

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

constexpr auto kIfRevOnly = std::to_array<ParamSpec>({kIfRev});
constexpr auto kMidiMapParams = sorted(sorted(kMidiActionParams, kMidiSourceParams), kIfRevOnly);
constexpr auto kMidiLearnParams = sorted(sorted(kMidiActionParams, kMidiWaitParams), kIfRevOnly);
constexpr auto kMidiSetParams = sorted(kMidiSetOwnParams, kIfRevOnly);
constexpr auto kMidiUnmapParams = sorted(kMidiUnmapOwnParams, kIfRevOnly);
constexpr auto kMidiMapResult =
    std::to_array<ResultField>({{"mapping", "as in `midi.list`"},
                                {"replaced", "what the same message did before, or null"},
                                {"also_replaced", "where it did several things: the others"},
                                kSaved,
                                kRev});
constexpr auto kMidiListResult = std::to_array<ResultField>(
    {{"mappings", "what `midi.map` was given, one object each"},
     {"channel", "the only one that is listened to, or null"},
     {"programs", "whether programs that are not mapped choose scenes"},
     {"bank", "how programs choose their bank"},
     {"learning", "whether a `midi.learn` waits"},
     {"messages", "notes, controllers and programs that came"},
     {"dropped",
      "of them, those that came faster than they could be carried out, so that a newer one took their "
      "place; or that do nothing and could not even be told"},
     {"malformed", "what came and is no MIDI message: ignored"},
     {"connected", "whether anything is connected to the MIDI port"}});
constexpr auto kMidiSetResult = std::to_array<ResultField>(
    {{"channel", "as it is now"}, {"programs", "as it is now"}, {"bank", "as it is now"}, kSaved, kRev});
constexpr auto kMidiUnmapResult = std::to_array<ResultField>({{"removed", "how many"}, kSaved, kRev});
constexpr auto kMidiCancelResult = std::to_array<ResultField>({{"cancelled", "whether one waited"}});

constexpr auto kQualityParams = std::to_array<ParamSpec>(
    {kFadeMs, kIfRev, model_name("a loaded model"),
     quality("size to run, for models that hold several: 1 is the full one, 0 the smallest", true)});

constexpr auto kSetParams = sorted(kSettingParams, kWhen);
constexpr auto kSetResult =
    std::to_array<ResultField>({{"params", "all settings after the change"},
                                {"warnings",
                                 "what the level mode does not find in the file of the model that "
                                 "plays, one sentence each"},
                                kFrame,
                                kApplied,
                                kRev});

constexpr auto kStatusResult = std::to_array<ResultField>(
    {{"version", "of the daemon"},
     {"uptime_s", "seconds since it started"},
     {"rev", "revision of the state"},
     {"current", "name of the audible model, or null for the dry signal"},
     {"bypass", "whether bypass is on"},
     {"waiting", "how many changes of the sound wait for their time, or are being prepared"},
     {"jack", "the server, and the daemon as its client"},
     {"dsp", "what the audio takes; loads are fractions of the block's deadline"},
     {"meters", "levels since the last look"},
     {"scene", "where one is in the show"},
     {"problems", "what is wrong at present"},
     {"bank", "the loaded models together"},
     {"midi", "the pedals"},
     kParams});

constexpr ResultField kState{"state", "as `status`, so that nothing is missed in between"};

constexpr auto kSwapParams = sorted(kWhen, std::to_array<ParamSpec>({
                                               kFadeMs,
                                               {.name = "name",
                                                .type = ParamType::name,
                                                .help = "a loaded model, or null for the dry signal",
                                                .required = true,
                                                .nullable = true},
                                           }));
constexpr auto kSwapResult = std::to_array<ResultField>(
    {{"name", "what is audible now, or null for the dry signal"},
     {"previous", "what was audible before, or null"},
     kFrame,
     {"fade",
      "\"crossfade\"; or \"through_zero\" when both models together would take more than the CPU budget"},
     {"load_ms", "time that reading, packing and prewarming it took, or null for the dry signal"},
     {"match_db", "gain that the level mode gives it"},
     {"level_before_db", "RMS level of what was audible, and"},
     {"level_after_db", "of what is, on the same input; null where it is not known"},
     {"predicted_load", "fraction of the block's deadline that it takes, and"},
     {"predicted_overlap", "that both take while they crossfade; null until measured"},
     {"warnings", "what the level mode does not find in its file, one sentence each"},
     {"measured_load", "mean of the latest blocks before it, or null"},
     {"xruns", "that JACK reported from the request until it was audible"},
     {"requested_frame", "the frame that was asked for, or null"},
     {"fade_frames", "length of the crossfade"},
     {"gap_frames", "frames of silence or repetition: always 0"},
     {"heard_frames",
      "live input that the model was given to hear first, so that it sounds as if it had always been "
      "running; "
      "0 while JACK is down"},
     {"skipped_frames",
      "of the latest of what decides its output, for which there was no time, as before an at_frame that is "
      "near, or for a model that cannot catch up with the live input: normally 0"},
     {"prepare_ms", "time that building, if it was not ready, and hearing took"},
     kApplied,
     kRev});

constexpr ParamSpec scene_name(std::string_view help) {
  return {.name = "name", .type = ParamType::name, .help = help, .required = true};
}
constexpr auto kSceneDeleteParams = std::to_array<ParamSpec>({kIfRev, scene_name("a scene")});
constexpr auto kSavedResult = std::to_array<ResultField>({kSaved, kRev});
constexpr auto kSceneListResult = std::to_array<ResultField>(
    {{"scenes", "in the order in which they were saved"},
     {"current", "the scene recalled or saved last, or null"},
     {"next", "what `scene.next` would recall, or null"},
     {"setlist", "the one in use, or null"},
     {"edited", "whether the sound differs from the current scene as it was saved"},
     {"place", "in the setlist, counted from 0, or null before its first"}});
constexpr auto kSceneRecallParams = sorted(kWhen, std::to_array<ParamSpec>({kFadeMs, scene_name("a scene")}));
constexpr auto kSceneStepParams = sorted(kWhen, std::to_array<ParamSpec>({kFadeMs}));
constexpr auto kSceneResult = std::to_array<ResultField>(
    {{"scene", "its name"},
     {"skipped", "the scenes that were left out on the way, because they cannot be played"},
     {"next", "the scene that comes after it, or null; its model is loaded meanwhile"},
     {"swap", "when it plays another model, what `swap` returns; else null"},
     {"bypass", "whether bypass is on now"},
     kParams,
     kFrame,
     kApplied,
     kRev});
constexpr auto kSceneRenameParams = std::to_array<ParamSpec>(
    {kIfRev,
     scene_name("a scene"),
     {.name = "to", .type = ParamType::name, .help = "its new name", .required = true}});
constexpr auto kSceneSaveParams = std::to_array<ParamSpec>(
    {kIfRev, scene_name("the scene to save what is audible as; one of that name is replaced")});
constexpr auto kSceneSaveResult = std::to_array<ResultField>(
    {{"scene", "as in `scene.list`"}, {"replaced", "whether there was one"}, kSaved, kRev});

constexpr auto kSetlistDeleteParams = std::to_array<ParamSpec>({kIfRev, scene_name("a setlist")});
constexpr auto kSetlistListResult =
    std::to_array<ResultField>({{"setlists", "in the order of their names"},
                                {"current", "the one in use, or null: all scenes, as saved"}});
constexpr auto kSetlistSaveParams = std::to_array<ParamSpec>(
    {kIfRev,
     scene_name("the setlist; one of that name is replaced"),
     {.name = "scenes", .type = ParamType::name_list, .help = "in their order", .required = true}});
constexpr auto kSetlistUseParams =
    std::to_array<ParamSpec>({kIfRev,
                              {.name = "name",
                               .type = ParamType::name,
                               .help = "a setlist, or null: all scenes, as saved",
                               .required = true,
                               .nullable = true}});

constexpr auto kTxParams =
    sorted(kWhen, std::to_array<ParamSpec>({
                      {.name = "fade_ms",
                       .type = ParamType::number,
                       .help = "of a swap that names none; default: the setting fade_ms",
                       .max = kMaxSwapFadeMs,
                       .unit = "ms"},
                      {.name = "operations",
                       .type = ParamType::operations,
                       .help = "requests of bypass, load, set, swap and unload, without times of their own",
                       .required = true},
                  }));
constexpr auto kTxResult =
    std::to_array<ResultField>({{"swap", "when another model became audible, what `swap` returns; else null"},
                                {"loaded", "the models that were loaded, as in `list`"},
                                {"saved", "of a group that loads or unloads, as of `load`"},
                                {"bypass", "whether bypass is on now"},
                                kParams,
                                kFrame,
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
constexpr auto kUnloadResult = std::to_array<ResultField>({kSaved, kRev});

constexpr auto kUnsubscribeParams = std::to_array<ParamSpec>(
    {{.name = "topics", .type = ParamType::choice_list, .help = "default: all", .choices = kTopicNames}});

constexpr auto kCommands = std::to_array<CommandSpec>({
    {"bypass", "Crossfades to the dry input, or back.", kBypassParams, kBypassResult, true},
    {"cancel", "Ends changes that wait for their time; E_NOT_FOUND when there is none of that id.",
     kCancelParams, kCancelResult},
    {"get", "Returns the settings.", kGetParams, kGetResult},
    {"hello", "Says who answers and what it can do.", kHelloParams, kHelloResult},
    {"inspect", "Describes a model file without loading it into the bank.", kInspectParams, kInspectResult},
    {"list", "Lists the loaded models.", {}, kListResult},
    {"load", "Reads a model file into the bank, ready to be swapped to.", kLoadParams, kLoadResult, true},
    {"midi.cancel", "Ends a midi.learn that waits, which fails with E_SUPERSEDED.", {}, kMidiCancelResult},
    {"midi.learn",
     "Maps the message that comes next, which itself does nothing; E_NOT_FOUND when none comes.",
     kMidiLearnParams, kMidiMapResult, true},
    {"midi.list", "Shows what MIDI messages do.", {}, kMidiListResult},
    {"midi.map", "Has a MIDI message do something; without `add` it does nothing else then.", kMidiMapParams,
     kMidiMapResult, true},
    {"midi.set", "Sets which channel is listened to, and how programs choose scenes.", kMidiSetParams,
     kMidiSetResult, true},
    {"midi.unmap", "Takes back what a message does, or all; E_NOT_FOUND when it does nothing.",
     kMidiUnmapParams, kMidiUnmapResult, true},
    {"models", "Lists the model files below the model folders.", kModelsParams, kModelsResult},
    {"pending", "Lists the changes that wait for their time.", {}, kPendingResult},
    {"ping", "Does nothing: tells whether the daemon answers.", {}, {}},
    {"quality", "Loads a model's file anew in another size, and crossfades to it if the model is audible.",
     kQualityParams, kLoadResult, true},
    {"scene.delete", "Deletes a scene; E_BUSY while a setlist names it.", kSceneDeleteParams, kSavedResult,
     true},
    {"scene.list", "Lists the scenes.", {}, kSceneListResult},
    {"scene.next",
     "Recalls the scene that comes next in the setlist, after its last the first; leaves out what cannot be "
     "played.",
     kSceneStepParams, kSceneResult, true},
    {"scene.prev", "Recalls the scene before it.", kSceneStepParams, kSceneResult, true},
    {"scene.recall", "Makes a scene audible, all of it at the same frame; loads its model if it has to.",
     kSceneRecallParams, kSceneResult, true},
    {"scene.rename", "Gives a scene another name, in setlists as well.", kSceneRenameParams, kSavedResult,
     true},
    {"scene.save",
     "Saves what is audible: model, quality, bypass and settings, without fade_ms and on_missing.",
     kSceneSaveParams, kSceneSaveResult, true},
    {"set", "Changes settings, all of them or none.", kSetParams, kSetResult, true},
    {"setlist.delete", "Deletes a setlist, not its scenes.", kSetlistDeleteParams, kSavedResult, true},
    {"setlist.list", "Lists the setlists.", {}, kSetlistListResult},
    {"setlist.save", "Names scenes in the order in which they are to be played.", kSetlistSaveParams,
     kSavedResult, true},
    {"setlist.use", "Has scene.next and scene.prev follow a setlist.", kSetlistUseParams, kSavedResult, true},
    {"status", "Shows what plays, the state of JACK and the DSP load.", {}, kStatusResult},
    {"subscribe", "Sends events of these topics to this connection.", kSubscribeParams, kSubscribeResult},
    {"swap", "Crossfades to a loaded model.", kSwapParams, kSwapResult, true},
    {"tx", "Carries out several requests, all audible at the same frame, or none of them (E_TX).", kTxParams,
     kTxResult, true},
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
