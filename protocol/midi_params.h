#pragma once

#include <array>

#include "protocol/midi_table.h"
#include "protocol/param_spec.h"
#include "protocol/setting_table.h"

// Parameters that only the methods of MIDI have.
namespace namrack::protocol {

inline constexpr ParamSpec kMidiBank{
    .name = "bank",
    .type = ParamType::integer,
    .help = "of a program, as `midi.set` bank says it is chosen; default: each",
    .max = 16383.0};
inline constexpr ParamSpec kMidiChannel{
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
/// What a mapping does.
inline constexpr auto kMidiActionParams = std::to_array<ParamSpec>({
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
inline constexpr auto kMidiSourceParams =
    std::to_array<ParamSpec>({kMidiBank, kMidiChannel, midi_message(true), midi_number(true)});
inline constexpr auto kMidiWaitParams = std::to_array<ParamSpec>({{.name = "timeout_ms",
                                                                   .type = ParamType::number,
                                                                   .help = "how long it waits; default 10000",
                                                                   .min = 1.0,
                                                                   .max = 600000.0,
                                                                   .unit = "ms"}});
inline constexpr auto kMidiSetOwnParams = std::to_array<ParamSpec>(
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
inline constexpr auto kMidiUnmapOwnParams = std::to_array<ParamSpec>(
    {{.name = "all", .type = ParamType::boolean, .help = "every mapping; instead of message and number"},
     kMidiBank,
     kMidiChannel,
     midi_message(false),
     midi_number(false)});

}  // namespace namrack::protocol
