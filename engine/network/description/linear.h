#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "engine/network/description/matrix.h"
#include "engine/network/description/network_cost.h"

namespace namrack::engine {

/// The geometry of a linear model: one impulse response (nam-format: section 2), mono.
struct LinearConfig {
  std::size_t receptive_field = 0;
  bool bias = false;

  std::vector<HistoryShape> histories() const { return {{1, receptive_field - 1}}; }
};

struct LinearWeights {
  Matrix response;  ///< [1][1][receptive_field]; unlike in convolutions, its first tap is the current sample

  explicit LinearWeights(const LinearConfig& config)
      : response{.shape = {.rows = 1, .columns = 1, .kernel = config.receptive_field, .bias = config.bias}} {}
  float bias() const { return response.bias.empty() ? 0.0F : response.bias.front(); }
};

/// Calls use(matrix) for every matrix, in the order of the file.
template <class Weights, class Use>
  requires std::same_as<std::remove_const_t<Weights>, LinearWeights>
void for_each_matrix(Weights& weights, const Use& use) {
  use(weights.response);
}

}  // namespace namrack::engine
