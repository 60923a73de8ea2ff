#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

#include "engine/network/description/activation.h"
#include "engine/network/description/matrix.h"
#include "engine/network/description/network_cost.h"

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

/// The places in a layer where a FiLM may modulate the signal, in the order of their weights (nam-format:
/// section 6.4).
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

/// A stack of layers of one width (nam-format: sections 5 and 6). Older and newer spellings of the same
/// geometry give the same LayerArrayConfig.
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
  /// Width of the signal that the FiLM at `site` modulates.
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
  /// The histories of each layer and then the head, array by array; then those of the post-stack head;
  /// without the condition's.
  std::vector<HistoryShape> histories() const;
};

struct LayerWeights {
  Matrix conv;                     ///< [conv_rows][channels][kernel]
  Matrix mixin;                    ///< [conv_rows][condition_size], no bias
  std::optional<Matrix> layer1x1;  ///< [channels][bottleneck]
  std::optional<Matrix> head1x1;   ///< [skip_size][bottleneck]
  /// [scale rows, then shift rows][condition_size]
  std::array<std::optional<Matrix>, kFilmSites> films;
};

struct LayerArrayWeights {
  Matrix rechannel;  ///< [channels][input_size], no bias
  std::vector<LayerWeights> layers;
  Matrix head;  ///< [head.out_channels][skip_size][head.kernel_size], bias as configured
};

struct WaveNetWeights {
  std::vector<LayerArrayWeights> arrays;
  std::vector<Matrix> post_head;  ///< [width_out][width_in][kernel] each
  Matrix head_scale;              ///< [1]

  /// All matrices in their shapes, without coefficients and without those of the condition.
  explicit WaveNetWeights(const WaveNetConfig& config);
};

/// Calls use(matrix) for every matrix, in the order of the file.
template <class Weights, class Use>
  requires std::same_as<std::remove_const_t<Weights>, WaveNetWeights>
void for_each_matrix(Weights& weights, const Use& use) {
  for (auto& array : weights.arrays) {
    use(array.rechannel);
    for (auto& layer : array.layers) {
      use(layer.conv);
      use(layer.mixin);
      if (layer.layer1x1) use(*layer.layer1x1);
      if (layer.head1x1) use(*layer.head1x1);
      for (auto& film : layer.films)
        if (film) use(*film);
    }
    use(array.head);
  }
  for (auto& conv : weights.post_head) use(conv);
  use(weights.head_scale);
}

}  // namespace namrack::engine
