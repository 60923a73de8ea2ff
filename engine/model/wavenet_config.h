#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/model/activation.h"
#include "engine/model/json_node.h"
#include "engine/model/network_cost.h"

namespace namrack::engine {

struct NetworkDescription;

/// How a layer combines the two halves of its convolution's output.
enum class Gating {
  none,     ///< a = act(z)
  gated,    ///< a = act(z_top) * secondary(z_bottom)
  blended,  ///< a = alpha * act(z_top) + (1 - alpha) * z_top, alpha = secondary(z_bottom)
};

/// One dilated layer.
struct LayerConfig {
  Activation activation;
  std::size_t kernel_size = 0;
  std::size_t dilation = 1;
  Gating gating = Gating::none;
  Activation secondary;  ///< used unless gating is none

  /// Samples of history before the current one.
  std::size_t reach() const { return (kernel_size - 1) * dilation; }
};

/// Where in a layer a FiLM may modulate the signal, in the order of their weights (nam-format: section 6.4).
enum class FilmSite : std::uint8_t {
  conv_pre,
  conv_post,
  mixin_pre,
  mixin_post,
  activation_pre,
  activation_post,
  layer1x1_post,
  head1x1_post,
};
inline constexpr std::size_t kFilmSites = 8;

struct FilmConfig {
  bool shift = true;  ///< scale and shift, or scale only
  std::size_t groups = 1;
};

struct OneByOneConfig {
  std::size_t out_channels = 0;
  std::size_t groups = 1;
};

/// The convolution over the skip sum at the end of an array.
struct ArrayHeadConfig {
  std::size_t out_channels = 0;
  std::size_t kernel_size = 1;
  std::size_t dilation = 1;
  bool bias = false;

  std::size_t reach() const { return (kernel_size - 1) * dilation; }
};

/// A stack of layers of one width (nam-format: sections 5 and 6). What older and newer spellings of a file
/// say of the same geometry is the same LayerArrayConfig.
struct LayerArrayConfig {
  std::size_t input_size = 1;
  std::size_t condition_size = 1;
  std::size_t channels = 0;
  std::size_t bottleneck = 0;
  std::size_t groups_input = 1;
  std::size_t groups_mixin = 1;
  std::optional<OneByOneConfig> layer1x1;  ///< none: the residual signal passes unchanged
  std::optional<OneByOneConfig> head1x1;   ///< none: the activations join the skip sum as they are
  std::array<std::optional<FilmConfig>, kFilmSites> films;
  ArrayHeadConfig head;
  std::vector<LayerConfig> layers;
  std::vector<std::size_t>
      allowed_channels;  ///< slimmable: ascending widths, the last is `channels`; else empty

  /// Rows of a layer's convolution: twice the bottleneck when it is gated.
  std::size_t conv_rows(const LayerConfig& layer) const {
    return layer.gating == Gating::none ? bottleneck : 2 * bottleneck;
  }
  /// Width of the skip sum.
  std::size_t skip_size() const { return head1x1 ? head1x1->out_channels : bottleneck; }
  const std::optional<FilmConfig>& film(FilmSite site) const { return films[static_cast<std::size_t>(site)]; }
  /// Width of what the FiLM at `site` modulates.
  std::size_t film_width(FilmSite site, const LayerConfig& layer) const;
};

/// Convolutions after all arrays, each behind its activation (nam-format: section 6.7).
struct PostHeadConfig {
  std::size_t channels = 0;
  std::size_t out_channels = 1;
  std::vector<std::size_t> kernel_sizes;
  Activation activation;

  std::size_t width_out(std::size_t conv) const {
    return conv + 1 == kernel_sizes.size() ? out_channels : channels;
  }
};

/// The geometry of a WaveNet, normalised and validated; a description without weights of its own.
struct WaveNetConfig {
  std::vector<LayerArrayConfig> arrays;
  std::optional<PostHeadConfig> head;
  /// The model whose output conditions all layers; null: the input does.
  std::shared_ptr<const NetworkDescription> condition;

  std::size_t out_channels() const { return head ? head->out_channels : arrays.back().head.out_channels; }
  /// Number of weights in the file, head_scale included, without those of `condition`.
  std::uint64_t weight_count() const;
  /// Multiply-adds a sample over all convolutions, without bias, activations and FiLM; with `condition`.
  std::uint64_t macs_per_sample() const;
  /// Number of samples that one output sample depends on.
  std::uint64_t receptive_field() const;
  /// Floats of convolution history, without those of `condition`.
  std::uint64_t state_floats() const;
  /// With that of `condition`.
  NetworkCost cost() const;
};

/// Reads the `config` of a WaveNet. `condition` is what its "condition_dsp" describes, or null. Throws
/// ModelError: invalid for what contradicts itself or the format, unsupported for what this build cannot
/// play.
WaveNetConfig parse_wavenet_config(const JsonNode& config,
                                   std::shared_ptr<const NetworkDescription> condition);

}  // namespace namrack::engine
