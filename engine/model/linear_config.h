#pragma once

#include <cstdint>
#include <vector>

#include "engine/model/json_node.h"
#include "engine/model/network_cost.h"
#include "engine/model/weight_reader.h"

namespace namrack::engine {

/// A linear model: one impulse response (nam-format: section 2), mono.
struct LinearConfig {
  std::size_t receptive_field = 0;
  bool bias = false;

  std::uint64_t weight_count() const { return receptive_field + (bias ? 1 : 0); }
  NetworkCost cost() const {
    return {.matrix_floats = receptive_field, .history_floats = receptive_field + kHistoryMargin};
  }
};

struct LinearWeights {
  std::vector<float> response;  ///< response[0] belongs to the current sample
  float bias = 0.0F;
};

LinearConfig parse_linear_config(const JsonNode& config);
/// Throws ModelError(invalid) unless the count is exactly right.
LinearWeights read_linear_weights(const LinearConfig& config, const FlatWeights& weights);

}  // namespace namrack::engine
