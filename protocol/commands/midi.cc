#include "protocol/commands/midi.h"

#include "protocol/command_table.h"
#include "protocol/commands/readers.h"
#include "protocol/commands/state_rows.h"
#include "protocol/error.h"
#include "protocol/midi_table.h"
#include "protocol/param_value.h"
#include "protocol/setting_table.h"

namespace namrack::protocol {
namespace {

namespace json = boost::json;
using T = FieldType;

Request read_midi_learn(const json::object& params) {
  return MidiLearnRequest{.action = midi_action_in(params),
                          .timeout_ms = number_in(params, "timeout_ms").value_or(kDefaultLearnTimeoutMs),
                          .add = flag_in(params, "add"),
                          .if_rev = if_rev_in(params)};
}
Request read_midi_map(const json::object& params) {
  MidiMapRequest request{.source = midi_source_in(params),
                         .action = midi_action_in(params),
                         .add = flag_in(params, "add"),
                         .if_rev = if_rev_in(params)};
  if (!can_do(request.source.kind, request.action))
    throw ProtocolError(
        ErrorCode::params,
        "a program has no value and no end: it can toggle, choose, or set a value that is given",
        {{"param", "action"}, {"found", "an action that needs more"}});
  return request;
}
Request read_midi_set(const json::object& params) {
  MidiSetRequest request{.if_rev = if_rev_in(params)};
  if (params.contains("channel")) {
    const std::optional<std::uint64_t> channel = integer_in(params, "channel");
    request.channel = channel ? std::optional(static_cast<std::uint8_t>(*channel)) : std::nullopt;
  }
  if (params.contains("programs")) request.programs = flag_in(params, "programs");
  if (params.contains("bank")) request.bank = midi_bank_from_name(string_in(params, "bank"));
  if (!request.channel && !request.programs && !request.bank)
    throw ProtocolError(ErrorCode::params, "midi.set needs bank, channel or programs", {{"found", "none"}});
  return request;
}
Request read_midi_unmap(const json::object& params) {
  MidiUnmapRequest request{.if_rev = if_rev_in(params)};
  const bool all = flag_in(params, "all");
  const bool names_one = params.contains("message") && params.contains("number");
  if (all == names_one || (all && params.size() > (request.if_rev ? 2U : 1U)))
    throw ProtocolError(ErrorCode::params, "midi.unmap needs either message and number, or all",
                        {{"found", all ? "all and more" : "neither"}});
  if (!all) request.source = midi_source_in(params);
  return request;
}

constexpr ParamSpec kBankOfProgram{
    .name = "bank",
    .type = ParamType::integer,
    .help = "of a program, as `midi.set` bank says it is chosen; default: each",
    .max = 16383.0};
constexpr ParamSpec kMidiChannel{
    .name = "channel", .type = ParamType::integer, .help = "default: each", .min = 1.0, .max = 16.0};
constexpr ParamSpec midi_message(bool required) {
  return {.name = "message",
          .type = ParamType::choice,
          .help = "kind of the MIDI message",
          .required = required,
          .choices = kMidiKinds};
}
constexpr ParamSpec midi_number(bool required) {
  return {.name = "number",
          .type = ParamType::integer,
          .help = "of the note, controller or program, counted from 0",
          .required = required,
          .max = 127.0};
}
/// The fields of a mapping's action.
constexpr auto kMidiActionParams = std::to_array<ParamSpec>({
    {.name = "action",
     .type = ParamType::choice,
     .help = "what it does. A setting follows the value from min to max, or is set to value by a press; "
             "scenes and models are chosen by a press: a note that is on, a controller at 64 or more, a "
             "program",
     .required = true,
     .choices = kMidiTargets},
    {.name = "add",
     .type = ParamType::boolean,
     .help =
         "to what the message does already, up to 8 actions in their order (default false: instead of it)"},
    {.name = "keep",
     .type = ParamType::boolean,
     .help = "of a setting that follows: when a scene is recalled it stays where the controller has moved it "
             "(default false: it becomes the scene's)"},
    {.name = "key", .type = ParamType::choice, .help = "of set: which setting", .choices = kSettingNames},
    {.name = "long_ms",
     .type = ParamType::number,
     .help = "of press long: how long the switch is held until it acts; default 500",
     .min = 1.0,
     .max = 60000.0,
     .unit = "ms"},
    {.name = "max",
     .type = ParamType::number,
     .help = "of set: the setting at 127; default: its greatest value",
     .min = -1e6,
     .max = 1e6},
    {.name = "min",
     .type = ParamType::number,
     .help = "of set: the setting at 0, which may be more than max; default: its least value",
     .min = -1e6,
     .max = 1e6},
    {.name = "mode",
     .type = ParamType::choice,
     .help = "of bypass: toggle (the default) at each press; hold: bypassed while pressed; inverse: "
             "while not",
     .choices = kMidiSwitches},
    {.name = "name",
     .type = ParamType::name,
     .help = "of scene and swap: the scene, or the model or null",
     .nullable = true},
    {.name = "press",
     .type = ParamType::choice,
     .help =
         "what a press is: momentary (the default): note on, or controller at 64 or more; latching: every "
         "message, for pedals that send 127 and 0 in turn; long: held for long_ms, acts as soon as it "
         "has been; double: the second of two presses within 400 ms",
     .choices = kMidiPresses},
    {.name = "takeover",
     .type = ParamType::choice,
     .help = "of a setting that follows: jump (the default) to where the controller is; pickup: only when "
             "the controller has reached or passed what the setting is at present",
     .choices = kMidiTakeovers},
    {.name = "value", .type = ParamType::scalar, .help = "of set: what a press sets it to"},
});
/// Which messages a mapping answers.
constexpr auto kMidiSourceParams =
    std::to_array<ParamSpec>({kBankOfProgram, kMidiChannel, midi_message(true), midi_number(true)});
constexpr auto kMidiWaitParams = std::to_array<ParamSpec>({{.name = "timeout_ms",
                                                            .type = ParamType::number,
                                                            .help = "how long it waits; default 10000",
                                                            .min = 1.0,
                                                            .max = 600000.0,
                                                            .unit = "ms"}});
constexpr auto kMidiSetOwnParams = std::to_array<ParamSpec>(
    {{.name = "bank",
      .type = ParamType::choice,
      .help =
          "how programs choose their bank: 14bit (at first): 128 · controller 0 + controller 32; msb: "
          "controller 0; lsb: controller 32; ignore: it is bank 0. One that is mapped chooses none on the "
          "channels of its mapping",
      .choices = kMidiBanks},
     {.name = "channel",
      .type = ParamType::integer,
      .help = "the only one that is listened to; null: each",
      .nullable = true,
      .min = 1.0,
      .max = 16.0},
     {.name = "programs",
      .type = ParamType::boolean,
      .help = "whether a program that is not mapped chooses the scene of that number "
              "(128 · bank + program, from 0) in the setlist in use"}});
constexpr auto kMidiUnmapOwnParams = std::to_array<ParamSpec>(
    {{.name = "all", .type = ParamType::boolean, .help = "every mapping; instead of message and number"},
     kBankOfProgram,
     kMidiChannel,
     midi_message(false),
     midi_number(false)});

constexpr auto kIfRevOnly = std::to_array<ParamSpec>({kIfRev});
constexpr auto kMidiMapParams = sorted(sorted(kMidiActionParams, kMidiSourceParams), kIfRevOnly);
constexpr auto kMidiLearnParams = sorted(sorted(kMidiActionParams, kMidiWaitParams), kIfRevOnly);
constexpr auto kMidiSetParams = sorted(kMidiSetOwnParams, kIfRevOnly);
constexpr auto kMidiUnmapParams = sorted(kMidiUnmapOwnParams, kIfRevOnly);

constexpr auto kSourceFields = std::to_array<FieldSpec>({
    {"message", T::text, "note, control or program"},
    {"number", T::integer, "of the note, controller or program"},
    at_times({"channel", T::integer, "left out: each"}),
    at_times({"bank", T::integer, "of a program; left out: each"}),
});
constexpr auto kDeedFields = std::to_array<FieldSpec>({
    {"action", T::text, "what the message does, as `midi.map` was told"},
    at_times(or_null({"name", T::text, "of scene and swap; null: the dry signal"})),
    at_times({"mode", T::text, "of bypass: toggle, hold or inverse"}),
    at_times({"key", T::text, "of set: the setting"}),
    at_times({"value", T::anything, "of set: what a press sets it to"}),
    at_times({"min", T::number, "of set: what it is at 0"}),
    at_times({"max", T::number, "of set: what it is at 127"}),
    at_times({"press", T::text, "how the button is used, as `midi.map` was told"}),
    at_times({"long_ms", T::number, "of a long press: how long", "ms"}),
    at_times({"takeover", T::text, "of a pedal, likewise"}),
    at_times({"keep", T::boolean, "true: after a scene the target takes the pedal's value again"}),
});
constexpr auto kMappingFields = joined(kSourceFields, kDeedFields);
constexpr auto kMidiMapResult = std::to_array<FieldSpec>({
    {.name = "mapping", .type = T::object, .help = "as in `midi.list`", .base = kMappingFields},
    or_null({.name = "replaced",
             .type = T::object,
             .help = "what the same message did before",
             .base = kMappingFields}),
    {.name = "also_replaced",
     .type = T::list,
     .help = "where it did several things: the others",
     .base = kMappingFields},
    kSaved,
    kRev,
});
constexpr auto kMidiListResult =
    joined(std::to_array<FieldSpec>({
               {.name = "mappings",
                .type = T::list,
                .help = "what `midi.map` was given, one object each",
                .fields = kMappingFields},
               or_null({"channel", T::integer, "the only one that is listened to"}),
               {"programs", T::boolean, "whether programs that are not mapped choose scenes"},
               {"bank", T::text, "how programs choose their bank"},
               {"learning", T::boolean, "whether a `midi.learn` waits"},
               {"malformed", T::integer, "what came and is no MIDI message: ignored"},
           }),
           kMidiCounters);
constexpr auto kMidiSetResult = std::to_array<FieldSpec>({or_null({"channel", T::integer, "as it is now"}),
                                                          {"programs", T::boolean, "as it is now"},
                                                          {"bank", T::text, "as it is now"},
                                                          kSaved,
                                                          kRev});
constexpr auto kMidiUnmapResult =
    std::to_array<FieldSpec>({{"removed", T::integer, "how many"}, kSaved, kRev});
constexpr auto kMidiCancelResult =
    std::to_array<FieldSpec>({{"cancelled", T::boolean, "whether one waited"}});

constexpr auto kMidiCommands = std::to_array<CommandSpec>({
    {"midi.cancel",
     "Ends a midi.learn that waits, which fails with E_SUPERSEDED.",
     {},
     kMidiCancelResult,
     read_bare<MidiCancelRequest>},
    {"midi.learn",
     "Maps the message that comes next, which itself does nothing; E_NOT_FOUND when none comes.",
     kMidiLearnParams, kMidiMapResult, read_midi_learn, Effect::structure},
    {"midi.list", "Shows what MIDI messages do.", {}, kMidiListResult, read_bare<MidiListRequest>},
    {"midi.map", "Has a MIDI message do something; without `add` it does nothing else then.", kMidiMapParams,
     kMidiMapResult, read_midi_map, Effect::structure},
    {"midi.set", "Sets which channel is listened to, and how programs choose scenes.", kMidiSetParams,
     kMidiSetResult, read_midi_set, Effect::structure},
    {"midi.unmap", "Takes back what a message does, or all; E_NOT_FOUND when it does nothing.",
     kMidiUnmapParams, kMidiUnmapResult, read_midi_unmap, Effect::structure},
});

constexpr auto kPlaceFields = std::to_array<FieldSpec>(
    {at_times({"place", T::integer, "of a program that is not mapped: in the setlist, from 0"})});
// Nearly all of it depends on what has happened.
constexpr auto kMidiData = std::to_array<FieldSpec>({
    at_times({"message", T::text, "note, control or program"}),
    at_times(or_null({"channel", T::integer, "1..16; of a change of the map: each when left out or null"})),
    at_times({"number", T::integer, "of the note, controller or program"}),
    at_times({"value", T::anything, "0..127; of a change of the map as in `midi.list`"}),
    at_times({"bank", T::anything, "of a program; of \"set\": how programs choose theirs"}),
    at_times(or_null({.name = "action",
                      .type = T::anything,
                      .help = "what a message does, an object, or null; of a change of the map as in "
                              "`midi.list`",
                      .fields = kPlaceFields,
                      .base = kDeedFields})),
    at_times({.name = "actions",
              .type = T::list,
              .help = "where a message does several things: all of them, like `action`",
              .base = kDeedFields}),
    at_times({"error", T::anything, "why it could not do it: {code, message, data}"}),
    at_times({"change", T::text, "of the map: \"mapped\", \"unmapped\" or \"set\"; a message has none"}),
    at_times({"programs", T::boolean, "of \"set\": whether programs choose scenes"}),
});
constexpr auto kMidiEvents = std::to_array<EventSpec>(
    {{Topic::midi, kMidiData, kMappingFields, "`mappings[]` as `midi.list` returns it"}});

}  // namespace

std::span<const CommandSpec> midi_commands() {
  return kMidiCommands;
}
std::span<const EventSpec> midi_events() {
  return kMidiEvents;
}

}  // namespace namrack::protocol
