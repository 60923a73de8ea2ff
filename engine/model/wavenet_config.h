#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/model/activation.h"
#include "engine/model/json_node.h"

namespace namrack::engine {

/// How a layer combines the two halves of its convolution's output.
enum class Gating {
  none,     ///< a = act(z)
  gated,    ///< a = act(z_top) * secondary(z_bottom)
  blended,  ///< a = alpha * act(z_top) + (1 - alpha) * z_top, alpha = secondary(z_bottom)
};

/// One dilated layer.
struct LayerConfig {
  std::size_t kernel_size = 0;
  std::size_t dilation = 1;
  Activation activation;
  Gating gating = Gating::none;
  Activation secondary;  ///< used unless gating is none

  /// Samples of history before the current one.
  std::size_t reach() const { return (kernel_size - 1) * dilation; }
};

/// A stack of layers of one width (nam-format: section 5). What older and newer spellings of a file say of
/// the same geometry is the same LayerArrayConfig.
struct LayerArrayConfig {
  std::size_t input_size = 1;
  std::size_t condition_size = 1;
  std::size_t channels = 0;
  std::size_t head_size = 0;
  bool head_bias = false;
  std::vector<LayerConfig> layers;

  /// Rows of a layer's convolution: twice the channels when it is gated.
  std::size_t conv_rows(const LayerConfig& layer) const {
    return layer.gating == Gating::none ? channels : 2 * channels;
  }
};

/// The geometry of a WaveNet, normalised and validated; a description without weights.
struct WaveNetConfig {
  std::vector<LayerArrayConfig> arrays;

  /// Number of weights in the file, head_scale included.
  std::uint64_t weight_count() const;
  /// Multiply-adds a sample over all convolutions, without bias and activations.
  std::uint64_t macs_per_sample() const;
  /// Number of samples that one output sample depends on.
  std::uint64_t receptive_field() const;
  /// Floats of convolution history.
  std::uint64_t state_floats() const;
};

/// Reads the `config` of a WaveNet. Throws ModelError: invalid for what contradicts itself or the format,
/// unsupported for valid features that this build cannot play.
WaveNetConfig parse_wavenet_config(const JsonNode& config);

}  // namespace namrack::engine
