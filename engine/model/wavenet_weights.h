#pragma once

#include <span>
#include <vector>

#include "engine/model/wavenet_config.h"

namespace namrack::engine {

/// A convolution's coefficients as the file orders them: `weights` is [rows][columns][kernel], tap K-1 the
/// current sample; `bias` is [rows] or empty.
struct ConvWeights {
  std::vector<float> weights;
  std::vector<float> bias;
};

struct LayerWeights {
  ConvWeights conv;        ///< [conv_rows][channels][kernel]
  ConvWeights mixin;       ///< [conv_rows][condition_size], no bias
  ConvWeights one_by_one;  ///< [channels][channels]
};

struct LayerArrayWeights {
  ConvWeights rechannel;  ///< [channels][input_size], no bias
  std::vector<LayerWeights> layers;
  ConvWeights head;  ///< [head_size][channels], bias as configured
};

struct WaveNetWeights {
  std::vector<LayerArrayWeights> arrays;
  float head_scale = 1.0F;
};

/// Cuts the flat vector into its parts. Throws ModelError(invalid) unless the count is exactly right.
WaveNetWeights read_wavenet_weights(const WaveNetConfig& config, std::span<const float> weights);

}  // namespace namrack::engine
