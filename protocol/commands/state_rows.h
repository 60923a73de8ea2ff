#pragma once

#include "protocol/commands/shared_rows.h"

// The fields of `status`, of which events and `subscribe` send parts.
namespace namrack::protocol {

inline constexpr auto kJackFields = std::to_array<FieldSpec>({
    {"connected", FieldType::boolean, "whether the server is there"},
    {"client", FieldType::text, "the daemon's name there"},
    or_null({"sample_rate", FieldType::integer, "null while it is down", "Hz"}),
    or_null({"buffer_size", FieldType::integer, "of a block; null while it is down", "frames"}),
    {"realtime", FieldType::boolean, "whether the system has given the audio thread real-time priority"},
    {"xruns", FieldType::integer, "that it reported since the daemon started"},
    {"latency_frames", FieldType::integer, "that the model which plays delays", "frames"},
    at_times(or_null({"frame", FieldType::integer,
                      "its time now, which at_frame is counted from; null while it is down; in no event"})),
});

inline constexpr auto kLevelFields =
    std::to_array<FieldSpec>({{"peak_db", FieldType::number, "silence is -200", "dBFS"},
                              {"rms_db", FieldType::number, "RMS", "dBFS"}});
inline constexpr auto kMeterFields =
    std::to_array<FieldSpec>({{.name = "input",
                               .type = FieldType::object,
                               .help = "levels of the input since the last look",
                               .fields = kLevelFields},
                              {.name = "output",
                               .type = FieldType::object,
                               .help = "of the output, likewise",
                               .fields = kLevelFields}});

inline constexpr auto kDspFields = std::to_array<FieldSpec>({
    {"load_mean", FieldType::number, "the mean"},
    {"load_p99", FieldType::number, "what 99 of 100 blocks stay below"},
    {"load_max", FieldType::number, "the greatest fraction of a block's deadline"},
    {"blocks", FieldType::integer, "how many the loads are of"},
    {"faults", FieldType::integer,
     "how often a model's output overflowed, was silenced and the model started afresh"},
    {"input_faults", FieldType::integer,
     "blocks with input that was not finite or above 120 dBFS, and was replaced by silence"},
    or_null(
        {"predicted_load", FieldType::number, "what the model that plays takes; null until it is measured"}),
    {"budget", FieldType::number, "load that a model may be predicted to take"},
});

inline constexpr auto kPositionFields = std::to_array<FieldSpec>({
    or_null({"current", FieldType::text, "the scene recalled or saved last"}),
    or_null({"next", FieldType::text, "what `scene.next` would recall"}),
    or_null({"setlist", FieldType::text, "the one in use"}),
    {"edited", FieldType::boolean, "whether the sound differs from the scene as it was saved"},
    or_null({"place", FieldType::integer, "in the setlist, counted from 0; null before its first"}),
});

inline constexpr auto kProblemFields = std::to_array<FieldSpec>({
    {"code", FieldType::text, "see Problems"},
    {"message", FieldType::text, "a sentence with the next step"},
    {"what", FieldType::text, "the model, port or file that it is about"},
    {"severity", FieldType::text, "\"error\" or \"warn\""},
    {"since", FieldType::text, "when it began, in UTC"},
});

inline constexpr auto kBankFields = std::to_array<FieldSpec>({
    {"models", FieldType::integer, "how many are loaded"},
    {"bytes", FieldType::integer, "memory they take", "bytes"},
    {"budget", FieldType::integer, "what they may take", "bytes"},
});

inline constexpr auto kMidiCounters = std::to_array<FieldSpec>({
    {"messages", FieldType::integer, "notes, controllers and programs that came"},
    {"dropped", FieldType::integer,
     "of them, those that came faster than they could be carried out, so that a newer one took their place; "
     "or that do nothing and could not even be told"},
    {"connected", FieldType::boolean, "whether anything is connected to the MIDI port"},
});
inline constexpr auto kMidiFields =
    joined(std::to_array<FieldSpec>({{"mappings", FieldType::integer, "how many"}}), kMidiCounters);

inline constexpr auto kStatusResult = std::to_array<FieldSpec>({
    {"version", FieldType::text, "of the daemon"},
    {"uptime_s", FieldType::number, "since it started", "s"},
    {"rev", FieldType::integer, "revision of the state"},
    or_null({"current", FieldType::text, "name of the audible model; null for the dry signal"}),
    {"bypass", FieldType::boolean, "whether bypass is on"},
    {"waiting", FieldType::integer,
     "how many changes of the sound wait for their time, or are being prepared"},
    {.name = "jack",
     .type = FieldType::object,
     .help = "the server, and the daemon as its client",
     .fields = kJackFields},
    {.name = "dsp",
     .type = FieldType::object,
     .help = "what the audio takes; loads are fractions of the block's deadline",
     .fields = kDspFields},
    {.name = "meters",
     .type = FieldType::object,
     .help = "levels since the last look",
     .fields = kMeterFields},
    {.name = "scene",
     .type = FieldType::object,
     .help = "where one is in the show",
     .fields = kPositionFields},
    {.name = "problems",
     .type = FieldType::list,
     .help = "what is wrong at present",
     .fields = kProblemFields},
    {.name = "bank", .type = FieldType::object, .help = "the loaded models together", .fields = kBankFields},
    {.name = "midi", .type = FieldType::object, .help = "the pedals", .fields = kMidiFields},
    kParams,
});

}  // namespace namrack::protocol
