// The part of a WaveNet that all its instances share, compiled once per SIMD target: its geometry and its
// weights, packed in the order in which the kernels read them.

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include "engine/base/aligned_floats.h"
#include "engine/network/description/wavenet.h"
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

/// The fields that a plain array reads of each layer come first, in one cache line.
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

  /// A 1x1 convolution.
  const float* add(const Matrix& matrix) {
    const std::size_t columns = matrix.shape.columns;
    return add(matrix, columns,
               [&](std::size_t row, std::size_t column) { return matrix.weights[row * columns + column]; });
  }
  /// A dilated convolution, its columns tap by tap from the oldest to the newest; before them, if there is
  /// one, the 1x1 of another operand. The operand that is known last comes last: the sums are ready so much
  /// sooner.
  PackedConv add(const Matrix& conv, std::size_t dilation, const Matrix* mixin = nullptr) {
    const std::size_t columns = conv.shape.columns;
    const std::size_t kernel = conv.shape.kernel;
    const std::size_t first = mixin != nullptr ? mixin->shape.columns : 0;
    PackedConv packed{.taps = kernel, .dilation = dilation};
    packed.matrix = add(conv, first + kernel * columns, [&](std::size_t row, std::size_t column) {
      if (column < first) return mixin->weights[row * first + column];
      const std::size_t tap = (column - first) / columns;
      return conv.weights[(row * columns + (column - first) % columns) * kernel + tap];
    });
    return packed;
  }

  std::size_t bytes() const { return memory_.size() * sizeof(float); }

 private:
  /// A matrix of as many rows as `matrix`, with its bias, whose entry at (row, column) is
  /// `weight(row, column)`.
  template <class Weight>
  const float* add(const Matrix& matrix, std::size_t columns, const Weight& weight) {
    const float* const begin = to_;
    const auto bias = [&](std::size_t row) { return matrix.bias.empty() ? 0.0F : matrix.bias[row]; };
    to_ = pack(to_, matrix.shape.rows, columns, bias, weight);
    return begin;
  }

  AlignedFloats memory_;
  float* to_;
};

/// Whether the mixin has a matrix of its own, not columns of the convolution's.
inline bool mixes_apart(const LayerArrayConfig& array) {
  return array.film(FilmSite::conv_post) || array.film(FilmSite::mixin_pre) ||
         array.film(FilmSite::mixin_post);
}

inline std::size_t packed_floats(const WaveNetConfig& config, const WaveNetWeights& weights) {
  std::size_t floats = count_packed_floats(weights);
  for (std::size_t a = 0; a < config.arrays.size(); ++a) {
    if (mixes_apart(config.arrays[a])) continue;
    for (const LayerWeights& layer : weights.arrays[a].layers) floats -= layer.mixin.shape.rows;  // its bias
  }
  return floats;
}

inline PackedLayer pack_layer(Packer& packer, const LayerArrayConfig& array, const LayerConfig& config,
                              const LayerWeights& weights) {
  PackedLayer layer;
  layer.config = config;
  layer.conv_rows = weights.conv.shape.rows;
  const bool apart = mixes_apart(array);
  layer.conv = packer.add(weights.conv, config.dilation, apart ? nullptr : &weights.mixin);
  if (apart) layer.mixin = packer.add(weights.mixin);
  if (weights.layer1x1) layer.layer1x1 = packer.add(*weights.layer1x1);
  if (weights.head1x1) layer.head1x1 = packer.add(*weights.head1x1);
  for (std::size_t site = 0; site < kFilmSites; ++site) {
    if (!weights.films[site]) continue;
    layer.films[site] = {.matrix = packer.add(*weights.films[site]),
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
  array.rechannel = packer.add(weights.rechannel);
  for (std::size_t l = 0; l < config.layers.size(); ++l) {
    array.layers.push_back(pack_layer(packer, config, config.layers[l], weights.layers[l]));
  }
  array.plain =
      config.layer1x1 && !config.head1x1 &&
      std::none_of(config.films.begin(), config.films.end(), [](const auto& f) { return bool(f); }) &&
      std::all_of(config.layers.begin(), config.layers.end(),
                  [](const LayerConfig& l) { return l.gating == Gating::none; });
  Matrix head = weights.head;
  for (float& weight : head.weights) weight *= head_scale;
  for (float& bias : head.bias) bias *= head_scale;
  array.head = packer.add(head, config.head.dilation);
  return array;
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_WAVENET_PLAN_INL_H_
