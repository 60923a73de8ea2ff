#pragma once

#include <cstdint>
#include <vector>

#include "engine/model/activation.h"
#include "engine/model/conv_weights.h"
#include "engine/model/json_node.h"
#include "engine/model/network_cost.h"

namespace namrack::engine {

/// The geometry of a ConvNet (nam-format: section 3): blocks of a two-tap dilated convolution and an
/// activation.
struct ConvNetConfig {
  static constexpr std::size_t kKernelSize = 2;

  std::size_t channels = 0;
  std::size_t out_channels = 1;
  std::size_t groups = 1;
  bool batchnorm = false;
  std::vector<std::size_t> dilations;
  Activation activation;

  std::size_t input_size(std::size_t block) const { return block == 0 ? 1 : channels; }
  std::uint64_t weight_count() const;
  std::uint64_t macs_per_sample() const;
  std::uint64_t receptive_field() const;
  NetworkCost cost() const;
};

struct ConvNetWeights {
  std::vector<ConvWeights> blocks;  ///< [channels][input_size][2], batch normalisation folded in
  ConvWeights head;                 ///< [out_channels][channels]
};

ConvNetConfig parse_convnet_config(const JsonNode& config);
/// Throws ModelError(invalid) unless the count is exactly right and the batch normalisation is finite.
ConvNetWeights read_convnet_weights(const ConvNetConfig& config, const FlatWeights& weights);

}  // namespace namrack::engine
