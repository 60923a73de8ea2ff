#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/model/json_node.h"
#include "engine/model/weight_reader.h"

namespace namrack::engine {

/// The geometry of an LSTM with a mono input (nam-format: section 4).
struct LstmConfig {
  std::size_t hidden_size = 0;
  std::size_t num_layers = 0;
  std::size_t out_channels = 1;

  /// Width of a layer's input.
  std::size_t input_size(std::size_t layer) const { return layer == 0 ? 1 : hidden_size; }
  std::uint64_t weight_count() const;
  std::uint64_t macs_per_sample() const;
};

/// One layer's coefficients, as the file orders them; gate rows come in the order i, f, g, o.
struct LstmLayerWeights {
  std::vector<float> weights;  ///< [4 hidden][input + hidden]
  std::vector<float> bias;     ///< [4 hidden]
  std::vector<float> hidden;   ///< [hidden]: initial state
  std::vector<float> cell;     ///< [hidden]: initial state
};

struct LstmWeights {
  std::vector<LstmLayerWeights> layers;
  std::vector<float> head;       ///< [out_channels][hidden]
  std::vector<float> head_bias;  ///< [out_channels]
};

LstmConfig parse_lstm_config(const JsonNode& config);
/// Throws ModelError(invalid) unless the count is exactly right.
LstmWeights read_lstm_weights(const LstmConfig& config, const FlatWeights& weights);

/// Samples of silence after which a host takes the state as settled: half a second, or 1 if the rate is
/// unknown.
std::uint64_t lstm_prewarm_frames(std::optional<double> sample_rate);

}  // namespace namrack::engine
