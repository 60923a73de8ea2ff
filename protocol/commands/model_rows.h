#pragma once

#include "protocol/commands/sound_rows.h"

// The fields of a loaded model.
namespace namrack::protocol {

inline constexpr auto kListModelFields = std::to_array<FieldSpec>({
    {"name", FieldType::text, "in the bank"},
    {"path", FieldType::text, "of the file"},
    or_null({"kind", FieldType::text, "model, or ir for an impulse response"}),
    or_null({"architecture", FieldType::text, "such as \"WaveNet\" or \"LSTM\""}),
    or_null({"sample_rate", FieldType::number, "as stated in the file", "Hz"}),
    or_null({"receptive_field", FieldType::integer, "input that decides one frame of output", "frames"}),
    or_null({"weights", FieldType::integer, "count"}),
    or_null({"loudness", FieldType::number, "as stated in the file", "dBFS"}),
    or_null({"measured_loudness", FieldType::number,
             "the same measured on a standard guitar recording; null for a silent model, and until it is "
             "measured",
             "dBFS"}),
    {"match_source", FieldType::text, "what it is matched by: metadata, measured or none"},
    {"bytes", FieldType::integer, "memory it takes", "bytes"},
    or_null({"load_ms", FieldType::number, "time that reading, packing and prewarming took", "ms"}),
    or_null({"predicted_load", FieldType::number,
             "fraction of the block's deadline that it takes; null until measured"}),
    or_null({"load_spread", FieldType::number,
             "how far apart the measured blocks were, as a fraction of the median"}),
    or_null({"load_confidence", FieldType::text, "of predicted_load: high or low, as `load` says"}),
    {"quality", FieldType::number, "the size that runs"},
    {"warnings", FieldType::texts, "what `load` warned of, with the level mode of now"},
    at_times({"current", FieldType::boolean, "whether it is audible; not in `tx`"}),
    at_times({"state", FieldType::text, "ready, missing or broken; not in `tx`"}),
    at_times(or_null({"problem", FieldType::text, "why it cannot be played; not in `tx`"})),
});

}  // namespace namrack::protocol
