#include "protocol/field_table.h"

#include <algorithm>
#include <array>

namespace namrack::protocol {
namespace {

constexpr SameAs kSwap{"swap"};
constexpr SameAs kMapping{"midi.list", "mappings[]"};

constexpr auto kInResults = std::to_array<FieldSpec>({
    {"get", "params", "", kTheSettings},
    {"inspect", "metadata", "", kAnything},
    {"inspect", "quality_steps[].from", "the quality at which the step begins"},
    {"inspect", "quality_steps[].macs_per_sample", "multiply-adds a sample"},
    {"inspect", "quality_steps[].weights", "count"},
    {"list", "models[].architecture", "such as \"WaveNet\" or \"LSTM\""},
    {"list", "models[].bytes", "memory it takes"},
    {"list", "models[].current", "whether it is audible"},
    {"list", "models[].load_ms", "time that reading, packing and prewarming took"},
    {"list", "models[].loudness", "dBFS as stated in the file, or null"},
    {"list", "models[].measured_loudness",
     "the same measured on a standard guitar recording, or null for a silent model"},
    {"list", "models[].name", "in the bank"},
    {"list", "models[].path", "of the file"},
    {"list", "models[].predicted_load", "fraction of the block's deadline that it was measured to take"},
    {"list", "models[].problem", "why it cannot be played, or null"},
    {"list", "models[].quality", "the size that runs"},
    {"list", "models[].receptive_field", "frames"},
    {"list", "models[].sample_rate", "Hz as stated in the file, or null"},
    {"list", "models[].state", "ready, missing or broken"},
    {"list", "models[].weights", "count"},
    {"load", "swap", "", kSwap},
    {"midi.learn", "also_replaced[]", "", kMapping},
    {"midi.learn", "mapping", "", kMapping},
    {"midi.learn", "replaced", "", kMapping},
    {"midi.list", "mappings[].action", "what the message does, as `midi.map` was told"},
    {"midi.list", "mappings[].bank", "of a program; left out: each"},
    {"midi.list", "mappings[].channel", "left out: each"},
    {"midi.list", "mappings[].keep",
     "true: after a scene the target takes the pedal's value again; else left out"},
    {"midi.list", "mappings[].key", "of set: the setting"},
    {"midi.list", "mappings[].long_ms", "of a long press: how long"},
    {"midi.list", "mappings[].max", "of set: what it is at 127"},
    {"midi.list", "mappings[].message", "note, control or program"},
    {"midi.list", "mappings[].min", "of set: what it is at 0"},
    {"midi.list", "mappings[].mode", "of bypass: toggle, hold or inverse"},
    {"midi.list", "mappings[].name", "of scene and swap; null: the dry signal"},
    {"midi.list", "mappings[].number", "of the note, controller or program"},
    {"midi.list", "mappings[].press", "how the button is used, as `midi.map` was told"},
    {"midi.list", "mappings[].takeover", "of a pedal, likewise"},
    {"midi.list", "mappings[].value", "of set: what a press sets it to"},
    {"midi.map", "also_replaced[]", "", kMapping},
    {"midi.map", "mapping", "", kMapping},
    {"midi.map", "replaced", "", kMapping},
    {"models", "models[].bytes", "of the file"},
    {"models", "models[].kind",
     "\"model\" or \"ir\", by the end of the file's name; \"unusable\": its name is not UTF-8"},
    {"models", "models[].loaded", "whether it is in the bank"},
    {"models", "models[].mtime", "when it was last changed, in seconds since 1970, UTC"},
    {"models", "models[].name", "as `load` takes it for a path"},
    {"models", "models[].path", "of the file"},
    {"pending", "changes[].at_bar", "that it waits for, or null"},
    {"pending", "changes[].at_beat", "likewise"},
    {"pending", "changes[].frame", "that it waits for; null while only bar and beat are known"},
    {"pending", "changes[].id", "for `cancel`"},
    {"pending", "changes[].origin",
     "the connection that asked for it, as `hello` tells it; 0: the daemon itself"},
    {"pending", "changes[].what", "the method"},
    {"quality", "swap", "", kSwap},
    {"scene.list", "scenes[].bypass", "whether it bypasses"},
    {"scene.list", "scenes[].current", "whether it was recalled or saved last"},
    {"scene.list", "scenes[].model", "its name, or null for the dry signal"},
    {"scene.list", "scenes[].name", "of the scene"},
    {"scene.list", "scenes[].params", "its settings", kTheSettings},
    {"scene.list", "scenes[].path", "of the model's file, or null"},
    {"scene.list", "scenes[].quality", "of the model, or null"},
    {"scene.list", "scenes[].warm", "whether the model is loaded"},
    {"scene.next", "params", "", kTheSettings},
    {"scene.next", "swap", "", kSwap},
    {"scene.prev", "params", "", kTheSettings},
    {"scene.prev", "swap", "", kSwap},
    {"scene.recall", "params", "", kTheSettings},
    {"scene.recall", "swap", "", kSwap},
    {"scene.save", "scene", "", {"scene.list", "scenes[]"}},
    {"set", "params", "", kTheSettings},
    {"setlist.list", "setlists[].name", "of the setlist"},
    {"setlist.list", "setlists[].scenes", "their names, in order"},
    {"status", "bank.budget", "bytes they may take"},
    {"status", "bank.bytes", "memory they take"},
    {"status", "bank.models", "how many are loaded"},
    {"status", "dsp.blocks", "how many the loads are of"},
    {"status", "dsp.budget", "load that a model may be predicted to take"},
    {"status", "dsp.faults",
     "how often a model's output overflowed, was silenced and the model started afresh"},
    {"status", "dsp.input_faults",
     "blocks with input that was not finite or above 120 dBFS, and was replaced by silence"},
    {"status", "dsp.load_max", "the greatest fraction of a block's deadline"},
    {"status", "dsp.load_mean", "the mean"},
    {"status", "dsp.load_p99", "what 99 of 100 blocks stay below"},
    {"status", "dsp.predicted_load", "what the model that plays was measured to take"},
    {"status", "jack.buffer_size", "frames a block, or null while it is down"},
    {"status", "jack.client", "the daemon's name there"},
    {"status", "jack.connected", "whether the server is there"},
    {"status", "jack.frame", "its time now, which at_frame is counted from; null while it is down"},
    {"status", "jack.latency_frames", "that the model which plays delays"},
    {"status", "jack.realtime", "whether the system has given the audio thread real-time priority"},
    {"status", "jack.sample_rate", "Hz, or null while it is down"},
    {"status", "jack.xruns", "that it reported since the daemon started"},
    {"status", "meters.input", "levels of the input since the last look"},
    {"status", "meters.input.peak_db", "dBFS; silence is -200"},
    {"status", "meters.input.rms_db", "dBFS"},
    {"status", "meters.output", "of the output, likewise"},
    {"status", "meters.output.peak_db", "dBFS"},
    {"status", "meters.output.rms_db", "dBFS"},
    {"status", "midi.connected", "whether anything is connected to the MIDI port"},
    {"status", "midi.dropped", "messages that could not be carried out"},
    {"status", "midi.mappings", "how many"},
    {"status", "midi.messages", "that have come"},
    {"status", "params", "", kTheSettings},
    {"status", "problems[].code", "see Problems"},
    {"status", "problems[].message", "a sentence with the next step"},
    {"status", "problems[].severity", "\"error\" or \"warn\""},
    {"status", "problems[].since", "when it began, in UTC"},
    {"status", "problems[].what", "the model, port or file that it is about"},
    {"status", "scene.current", "the scene recalled or saved last, or null"},
    {"status", "scene.edited", "whether the sound differs from the scene as it was saved"},
    {"status", "scene.next", "what `scene.next` would recall, or null"},
    {"status", "scene.place", "in the setlist, counted from 0, or null before its first"},
    {"status", "scene.setlist", "the one in use, or null"},
    {"subscribe", "state", "", {"status"}},
    {"tx", "loaded[]", "", {"list", "models[]"}},
    {"tx", "params", "", kTheSettings},
    {"tx", "swap", "", kSwap},
});

constexpr auto kInEvents = std::to_array<FieldSpec>({
    {"bank", "architecture", "of the model; not when it was unloaded"},
    {"bank", "change", "\"loaded\", \"replaced\" or \"unloaded\""},
    {"bank", "name", "in the bank"},
    {"bank", "path", "of its file; not when it was unloaded"},
    {"bypass", "applied", "false while JACK is down"},
    {"bypass", "bypass", "whether bypass is on now"},
    {"faded", "load_max", "the greatest load while both models ran, or null"},
    {"faded", "load_mean", "the mean, or null"},
    {"faded", "name", "what is audible now, or null for the dry signal"},
    {"faded", "xruns", "that JACK reported meanwhile"},
    {"jack", "", "", {"status", "jack"}},
    {"lost", "n", "events that were dropped"},
    {"lost", "rev", "revision of the state now"},
    {"meters", "", "", {"status", "meters"}},
    {"midi", "", "", kMapping},
    {"midi", "action", "what a message does, an object, or null; of a change of the map as in `midi.list`",
     kMapping},
    {"midi", "action.place", "of a program that is not mapped: in the setlist, from 0"},
    {"midi", "bank", "of a program"},
    {"midi", "change", "of the map: \"mapped\", \"unmapped\" or \"set\"; a message has none"},
    {"midi", "channel", "1..16; of a change of the map: each when left out or null"},
    {"midi", "error", "why it could not do it: {code, message, data}", kAnything},
    {"midi", "message", "note, control or program"},
    {"midi", "number", "of the note, controller or program"},
    {"midi", "programs", "of \"set\": whether programs choose scenes"},
    {"midi", "value", "0..127"},
    {"overload", "blocks", "how many were looked at"},
    {"overload", "load_max", "the greatest fraction of a block's deadline, above 1"},
    {"overload", "load_mean", "the mean"},
    {"params", "", "", kTheSettings},
    {"problem", "", "", {"status", "problems[]"}},
    {"problem", "active", "false when it has ended"},
    {"scene", "change", "what happened to it: \"recalled\", \"saved\", \"deleted\" and so on"},
    {"scene", "name", "of the scene or setlist"},
    {"swap", "", "", kSwap},
    {"xrun", "count", "since the last event"},
    {"xrun", "total", "since the daemon started"},
});

constexpr bool is_in_order(std::span<const FieldSpec> table) {
  return std::ranges::is_sorted(table, [](const FieldSpec& a, const FieldSpec& b) {
    return a.of != b.of ? a.of < b.of : a.field < b.field;
  });
}
static_assert(is_in_order(kInResults) && is_in_order(kInEvents));

std::span<const FieldSpec> rows_of(std::span<const FieldSpec> table, std::string_view of) {
  const auto rows = std::ranges::equal_range(table, of, {}, &FieldSpec::of);
  return {rows.begin(), rows.end()};
}

}  // namespace

std::span<const FieldSpec> fields_in_result(std::string_view method) {
  return rows_of(kInResults, method);
}

std::span<const FieldSpec> fields_of_event(std::string_view topic) {
  return rows_of(kInEvents, topic);
}

}  // namespace namrack::protocol
