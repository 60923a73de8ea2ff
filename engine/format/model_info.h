#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/model_levels.h"

namespace namrack::engine {

/// The metadata of a model file as JSON; only engine/format knows what is in it.
struct ModelMetadata;

/// One step of the quality dial: from `from` (0..1) upwards, until the next step begins.
struct QualityStep {
  double from = 0.0;
  std::uint64_t weights = 0;
  std::uint64_t macs_per_sample = 0;
};

/// All that a model file says of itself, and the figures of its network.
struct ModelInfo {
  std::filesystem::path path;
  std::uint64_t content_hash = 0;     ///< of the file's text: tells it from others, wherever it lies
  std::string version;                ///< of the file format, such as "0.5.4"
  std::string architecture;           ///< as in the file: "WaveNet", "LSTM"
  std::optional<double> sample_rate;  ///< Hz as stated; nullopt when unknown (then 48 kHz is assumed)
  std::uint64_t weights = 0;
  std::uint64_t receptive_field = 0;  ///< frames; for recurrent models the frames that they need to settle
  std::uint64_t macs_per_sample = 0;  ///< multiply-adds a sample, without bias and activations
  ModelLevels levels;
  std::vector<QualityStep> quality_steps;         ///< ascending; one entry for a model with a single size
  std::shared_ptr<const ModelMetadata> metadata;  ///< as in the file; null: there is none, or too much
  std::vector<std::string> warnings;              ///< one sentence each: things that were tolerated

  bool has_sizes() const { return quality_steps.size() > 1; }
  /// Whether two positions of the quality dial, 0..1, choose the same size.
  bool is_same_size(double quality, double other) const;
};

}  // namespace namrack::engine
