#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "engine/network/description/matrix.h"

namespace namrack::engine {

/// The geometry of an LSTM with a mono input (nam-format: section 4).
struct LstmConfig {
  std::size_t hidden_size = 0;
  std::size_t num_layers = 0;
  std::size_t out_channels = 1;
  /// Samples of silence after which a host takes the state as settled.
  std::uint64_t prewarm_frames = 1;

  /// Width of a layer's input.
  std::size_t input_size(std::size_t layer) const { return layer == 0 ? 1 : hidden_size; }
};

/// One layer's coefficients; gate rows come in the order i, f, g, o.
struct LstmLayerWeights {
  Matrix gates;   ///< [4 hidden][input + hidden], bias
  Matrix hidden;  ///< [hidden]: initial state
  Matrix cell;    ///< [hidden]: initial state
};

struct LstmWeights {
  std::vector<LstmLayerWeights> layers;
  Matrix head;  ///< [out_channels][hidden], bias

  /// All matrices in their shapes, without coefficients.
  explicit LstmWeights(const LstmConfig& config);
};

/// Calls use(matrix) for every matrix, in the order of the file.
template <class Weights, class Use>
  requires std::same_as<std::remove_const_t<Weights>, LstmWeights>
void for_each_matrix(Weights& weights, const Use& use) {
  for (auto& layer : weights.layers) {
    use(layer.gates);
    use(layer.hidden);
    use(layer.cell);
  }
  use(weights.head);
}

inline LstmWeights::LstmWeights(const LstmConfig& config)
    : head{.shape = {.rows = config.out_channels, .columns = config.hidden_size}} {
  const std::size_t hidden = config.hidden_size;
  const MatrixShape state{.rows = hidden, .columns = 1, .bias = false, .role = MatrixRole::values};
  for (std::size_t l = 0; l < config.num_layers; ++l) {
    layers.push_back({.gates = {.shape = {.rows = 4 * hidden, .columns = config.input_size(l) + hidden}},
                      .hidden = {.shape = state},
                      .cell = {.shape = state}});
  }
}

}  // namespace namrack::engine
