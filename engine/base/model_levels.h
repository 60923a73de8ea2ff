#pragma once

#include <optional>

namespace namrack::engine {

/// Levels that a capture states about itself (nam-format: metadata). Absent when the file does not say.
struct ModelLevels {
  std::optional<float> loudness_db;  ///< RMS of the response to the trainer's reference recording, dBFS
  std::optional<float> input_dbu;    ///< dBu RMS of a sine that is 0 dBFS peak at the model's input
  std::optional<float> output_dbu;   ///< likewise at its output
};

}  // namespace namrack::engine
