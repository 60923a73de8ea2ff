#pragma once

#include <array>
#include <optional>
#include <vector>

#include "engine/model/conv_weights.h"
#include "engine/model/wavenet_config.h"

namespace namrack::engine {

struct LayerWeights {
  ConvWeights conv;                     ///< [conv_rows][channels][kernel]
  ConvWeights mixin;                    ///< [conv_rows][condition_size], no bias
  std::optional<ConvWeights> layer1x1;  ///< [channels][bottleneck]
  std::optional<ConvWeights> head1x1;   ///< [skip_size][bottleneck]
  std::array<std::optional<ConvWeights>, kFilmSites>
      films;  ///< [scale rows, then shift rows][condition_size]
};

struct LayerArrayWeights {
  ConvWeights rechannel;  ///< [channels][input_size], no bias
  std::vector<LayerWeights> layers;
  ConvWeights head;  ///< [head.out_channels][skip_size][head.kernel_size], bias as configured
};

struct WaveNetWeights {
  std::vector<LayerArrayWeights> arrays;
  std::vector<ConvWeights> post_head;  ///< [width_out][width_in][kernel] each
  float head_scale = 1.0F;
};

/// Cuts the flat vector into its parts. Throws ModelError(invalid) unless the count is exactly right.
WaveNetWeights read_wavenet_weights(const WaveNetConfig& config, const FlatWeights& weights);

}  // namespace namrack::engine
