#pragma once

#include "protocol/commands/shared_rows.h"

// The result of `swap`, which many others send as well.
namespace namrack::protocol {

inline constexpr auto kSwapResult = std::to_array<FieldSpec>({
    or_null({"name", FieldType::text, "what is audible now; null for the dry signal"}),
    or_null({"previous", FieldType::text, "what was audible before"}),
    kFrame,
    {"fade", FieldType::text,
     "\"crossfade\"; or \"through_zero\" when both models together would take more than the CPU budget"},
    or_null({"load_ms", FieldType::number,
             "time that reading, packing and prewarming it took; null for the dry signal", "ms"}),
    {"match_db", FieldType::number, "gain that the level mode gives it", "dB"},
    or_null({"level_before_db", FieldType::number, "RMS level of what was audible, and", "dBFS"}),
    or_null({"level_after_db", FieldType::number, "of what is, on the same input; null where it is not known",
             "dBFS"}),
    or_null({"predicted_load", FieldType::number, "fraction of the block's deadline that it takes, and"}),
    or_null(
        {"predicted_overlap", FieldType::number, "that both take while they crossfade; null until measured"}),
    {"warnings", FieldType::texts, "what the level mode does not find in its file, one sentence each"},
    or_null({"measured_load", FieldType::number, "mean of the latest blocks before it"}),
    {"xruns", FieldType::integer, "that JACK reported from the request until it was audible"},
    or_null({"requested_frame", FieldType::integer, "the frame that was asked for"}),
    {"fade_frames", FieldType::integer, "length of the crossfade", "frames"},
    {"gap_frames", FieldType::integer, "of silence or repetition: always 0", "frames"},
    {"heard_frames", FieldType::integer,
     "live input that the model was given to hear first, so that it sounds as if it had always been running; "
     "0 while JACK is down",
     "frames"},
    {"skipped_frames", FieldType::integer,
     "of the latest of what decides its output, for which there was no time, as before an at_frame that is "
     "near, or for a model that cannot catch up with the live input: normally 0",
     "frames"},
    {"prepare_ms", FieldType::number, "time that building, if it was not ready, and hearing took", "ms"},
    kApplied,
    kRev,
});

constexpr FieldSpec swap_field(std::string_view help) {
  return or_null({.name = "swap", .type = FieldType::object, .help = help, .base = kSwapResult});
}

}  // namespace namrack::protocol
