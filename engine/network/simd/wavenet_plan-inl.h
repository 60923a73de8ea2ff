// What all instances of one WaveNet share, compiled once per SIMD target: its geometry and its weights,
// packed in the order in which the kernels read them.

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include "engine/base/aligned_floats.h"
#include "engine/model/wavenet_weights.h"
#include "engine/network/network.h"
#include "engine/network/simd/history-inl.h"
#include "engine/network/simd/matrix_tile-inl.h"

#if defined(NAMRACK_SIMD_WAVENET_PLAN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_WAVENET_PLAN_INL_H_
#undef NAMRACK_SIMD_WAVENET_PLAN_INL_H_
#else
#define NAMRACK_SIMD_WAVENET_PLAN_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

/// The part of a convolution that does not depend on the tile.
struct PackedConv {
  const float* matrix = nullptr;
  std::size_t taps = 0;
  std::size_t dilation = 1;
};

struct PackedFilm {
  const float* matrix = nullptr;  ///< null: inactive
  std::size_t width = 0;
  bool shift = false;
};

/// What a plain array reads of each layer comes first, in one cache line.
struct alignas(64) PackedLayer {
  PackedConv conv;
  const float* layer1x1 = nullptr;  ///< null: the residual signal passes
  LayerConfig config;
  std::size_t conv_rows = 0;
  const float* mixin = nullptr;    ///< null: part of the convolution's matrix
  const float* head1x1 = nullptr;  ///< null: the activations join the skip sum
  std::array<PackedFilm, kFilmSites> films;

  const PackedFilm& film(FilmSite site) const { return films[static_cast<std::size_t>(site)]; }
};
static_assert(offsetof(PackedLayer, config) + offsetof(LayerConfig, activation) +
                  offsetof(Activation, slopes) <=
              alignof(PackedLayer));

struct PackedArray {
  LayerArrayConfig config;
  std::vector<PackedLayer> layers;
  const float* rechannel = nullptr;
  PackedConv head;
  bool first = false;  ///< its skip sum begins at zero
  bool last = false;   ///< its residual signal is not heard, so its last 1x1 is not computed
  /// Whether all its layers are a convolution, an activation and a 1x1, and nothing else.
  bool plain = false;

  /// Whether the skip sum needs a history.
  bool head_has_history() const { return config.head.reach() > 0; }
};

struct PackedPostConv {
  PackedConv conv;
  std::size_t width_in = 0, width_out = 0;
};

/// Memory for packed matrices, handed out piece by piece.
class Packer {
 public:
  explicit Packer(std::size_t floats) : memory_(floats), to_(memory_.data()) {}

  /// A matrix whose entry at (row, column) is `weight(row, column)`; `bias` is [rows] or empty.
  template <class Weight>
  const float* add(std::size_t rows, std::size_t columns, const std::vector<float>& bias,
                   const Weight& weight) {
    const float* const begin = to_;
    to_ = pack(to_, rows, columns, [&](std::size_t row) { return bias.empty() ? 0.0F : bias[row]; }, weight);
    return begin;
  }
  /// A 1x1 convolution.
  const float* add(const ConvWeights& conv, std::size_t rows, std::size_t columns) {
    return add(rows, columns, conv.bias,
               [&](std::size_t row, std::size_t column) { return conv.weights[row * columns + column]; });
  }
  /// A dilated convolution, its columns tap by tap from the oldest to the newest; before them, if there is
  /// one, the 1x1 of another operand. What is known last comes last: the sums are ready so much sooner.
  PackedConv add(const ConvWeights& conv, std::size_t rows, std::size_t columns, std::size_t kernel,
                 std::size_t dilation, const ConvWeights* mixin = nullptr, std::size_t mixin_columns = 0) {
    const std::size_t first = mixin != nullptr ? mixin_columns : 0;
    PackedConv packed{.taps = kernel, .dilation = dilation};
    packed.matrix = add(rows, first + kernel * columns, conv.bias, [&](std::size_t row, std::size_t column) {
      if (column < first) return mixin->weights[row * mixin_columns + column];
      const std::size_t tap = (column - first) / columns;
      return conv.weights[(row * columns + (column - first) % columns) * kernel + tap];
    });
    return packed;
  }

  std::size_t bytes() const { return memory_.size() * sizeof(float); }
  bool is_full() const { return to_ == memory_.data() + memory_.size(); }

 private:
  AlignedFloats memory_;
  float* to_;
};

/// Floats of all packed matrices: every weight, zeros between groups included, and a bias for every row.
inline std::size_t packed_floats(const WaveNetConfig& config, const WaveNetWeights& weights) {
  std::size_t floats = 0;
  const auto count = [&](const ConvWeights& conv, std::size_t rows) { floats += conv.weights.size() + rows; };
  for (std::size_t a = 0; a < config.arrays.size(); ++a) {
    const LayerArrayConfig& array = config.arrays[a];
    count(weights.arrays[a].rechannel, array.channels);
    count(weights.arrays[a].head, array.head.out_channels);
    for (std::size_t l = 0; l < array.layers.size(); ++l) {
      const LayerWeights& layer = weights.arrays[a].layers[l];
      const std::size_t rows = array.conv_rows(array.layers[l]);
      count(layer.conv, rows);
      const bool apart = array.film(FilmSite::conv_post) || array.film(FilmSite::mixin_pre) ||
                         array.film(FilmSite::mixin_post);
      count(layer.mixin, apart ? rows : 0);
      if (layer.layer1x1) count(*layer.layer1x1, array.channels);
      if (layer.head1x1) count(*layer.head1x1, array.skip_size());
      for (const auto& film : layer.films) {
        if (film) count(*film, film->bias.size());
      }
    }
  }
  for (std::size_t j = 0; j < weights.post_head.size(); ++j)
    count(weights.post_head[j], config.head->width_out(j));
  return floats;
}

inline PackedLayer pack_layer(Packer& packer, const LayerArrayConfig& array, const LayerConfig& config,
                              const LayerWeights& weights) {
  PackedLayer layer;
  layer.config = config;
  layer.conv_rows = array.conv_rows(config);
  const bool mixin_apart =
      array.film(FilmSite::conv_post) || array.film(FilmSite::mixin_pre) || array.film(FilmSite::mixin_post);
  layer.conv = packer.add(weights.conv, layer.conv_rows, array.channels, config.kernel_size, config.dilation,
                          mixin_apart ? nullptr : &weights.mixin, array.condition_size);
  if (mixin_apart) layer.mixin = packer.add(weights.mixin, layer.conv_rows, array.condition_size);
  if (weights.layer1x1) layer.layer1x1 = packer.add(*weights.layer1x1, array.channels, array.bottleneck);
  if (weights.head1x1) layer.head1x1 = packer.add(*weights.head1x1, array.skip_size(), array.bottleneck);
  for (std::size_t site = 0; site < kFilmSites; ++site) {
    if (!weights.films[site]) continue;
    layer.films[site] = {
        .matrix = packer.add(*weights.films[site], weights.films[site]->bias.size(), array.condition_size),
        .width = array.film_width(static_cast<FilmSite>(site), config),
        .shift = array.films[site]->shift};
  }
  return layer;
}

/// The weights of the head are packed times `head_scale`.
inline PackedArray pack_array(Packer& packer, const LayerArrayConfig& config,
                              const LayerArrayWeights& weights, float head_scale) {
  PackedArray array;
  array.config = config;
  array.rechannel = packer.add(weights.rechannel, config.channels, config.input_size);
  for (std::size_t l = 0; l < config.layers.size(); ++l) {
    array.layers.push_back(pack_layer(packer, config, config.layers[l], weights.layers[l]));
  }
  array.plain =
      config.layer1x1 && !config.head1x1 &&
      std::none_of(config.films.begin(), config.films.end(), [](const auto& f) { return bool(f); }) &&
      std::all_of(config.layers.begin(), config.layers.end(),
                  [](const LayerConfig& l) { return l.gating == Gating::none; });
  ConvWeights head = weights.head;
  for (float& weight : head.weights) weight *= head_scale;
  for (float& bias : head.bias) bias *= head_scale;
  array.head = packer.add(head, config.head.out_channels, config.skip_size(), config.head.kernel_size,
                          config.head.dilation);
  return array;
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_WAVENET_PLAN_INL_H_
