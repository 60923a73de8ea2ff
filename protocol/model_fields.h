#pragma once

#include <array>

#include "protocol/command_table.h"

namespace namrack::protocol {

/// What results say of a model: that of `inspect`, and that of `load` and `quality`.
inline constexpr auto kInspectResult = std::to_array<ResultField>(
    {{"path", "of the file"},
     {"version", "of the file format"},
     {"architecture", "such as \"WaveNet\" or \"LSTM\""},
     {"sample_rate", "Hz as stated in the file, or null"},
     {"weights", "count"},
     {"receptive_field", "frames"},
     {"macs_per_sample", "multiply-adds a sample"},
     {"kind", "\"model\", or \"ir\" for an impulse response"},
     {"loudness", "dBFS as stated in the file, or null"},
     {"measured_loudness",
      "the same measured on a standard guitar recording; null for a silent or very costly "
      "model"},
     {"match_source",
      "what `match` meta goes by: \"metadata\"; \"measured\" where the file states no loudness or "
      "one more than 10 dB off; \"none\""},
     {"quality_steps", "steps of the quality dial: {from, weights, macs_per_sample}"},
     {"metadata", "as in the file"},
     {"warnings", "what was tolerated, and what of the levels is not used, one sentence each"}});

inline constexpr ResultField kRev{"rev", "revision of the state after the change"};
inline constexpr ResultField kSaved{
    "saved",
    "whether it is on disk; false: not yet, and `status.problems` says why; null: no state is kept "
    "(--no-state)"};
inline constexpr auto kLoadResult = std::to_array<ResultField>(
    {{"name", "in the bank"},
     {"path", "of the file"},
     {"architecture", "such as \"WaveNet\" or \"LSTM\""},
     {"sample_rate", "Hz as stated in the file, or null"},
     {"receptive_field", "frames"},
     {"weights", "count"},
     {"loudness", "dBFS as stated in the file, or null"},
     {"measured_loudness",
      "the same measured on a standard guitar recording; null for a silent model, and until it is measured"},
     {"match_source",
      "what setting `match` goes by for it: \"metadata\"; \"measured\", also where the file states no "
      "loudness or "
      "one more than 10 dB off; \"none\""},
     {"load_ms", "time that reading, packing and prewarming took"},
     {"bytes", "memory the model takes"},
     {"predicted_load",
      "fraction of the block's deadline that it will take, in CPU time; null until it is measured"},
     {"load_spread", "how far apart the measured blocks were, as a fraction of the median"},
     {"load_confidence", "\"high\" up to a spread of 0.2, else \"low\": other programs kept the CPU busy"},
     {"over_budget", "whether that is more than the CPU budget, and it was loaded all the same"},
     {"quality", "the size that runs, as asked for or slimmed to"},
     {"kind", "\"model\", or \"ir\" for an impulse response"},
     {"warnings",
      "what was tolerated in the file, and what the level mode of now does not find in it, one sentence "
      "each"},
     {"swap", "when it took the place of the audible model, what `swap` returns; else null"},
     kSaved,
     kRev});

}  // namespace namrack::protocol
