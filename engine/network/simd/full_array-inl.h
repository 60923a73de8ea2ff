// A layer array with any of the format's features: any activation, gating, FiLM, a 1x1 on the way to the skip
// sum, no 1x1 on the way to the residual signal; compiled once per SIMD target (nam-format: section 6).

#include <cstddef>

#include "engine/network/simd/activations-inl.h"
#include "engine/network/simd/array_head-inl.h"
#include "engine/network/simd/tile-inl.h"
#include "engine/network/simd/wavenet_plan-inl.h"

#if defined(NAMRACK_SIMD_FULL_ARRAY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_FULL_ARRAY_INL_H_
#undef NAMRACK_SIMD_FULL_ARRAY_INL_H_
#else
#define NAMRACK_SIMD_FULL_ARRAY_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

/// to = from * scale + shift, with scale and shift from the condition (nam-format: section 6.4).
inline void modulate(const PackedFilm& film, const Tile& tile, std::size_t condition_size, Rows from,
                     Rows to) {
  const FloatTag d;
  multiply(film.matrix, Dim<0>(film.shift ? 2 * film.width : film.width), tile.vectors,
           StoreTo{scratch_rows(tile.film)}, signal(tile.condition, Dim<0>(condition_size), kTileFrames));
  const Rows scale = scratch_rows(tile.film);
  const Rows shift = scratch_rows(tile.film + film.width * kTileFrames);
  for_each_vector(tile, film.width, [&](std::size_t row, std::size_t frame) {
    const auto x = hn::LoadU(d, from.at(row, frame));
    const auto s = hn::Load(d, scale.at(row, frame));
    const auto y = film.shift ? hn::MulAdd(x, s, hn::Load(d, shift.at(row, frame))) : hn::Mul(x, s);
    hn::StoreU(y, d, to.at(row, frame));
  });
}
inline void modulate_if(const PackedFilm& film, const Tile& tile, std::size_t condition_size, Rows rows) {
  if (film.matrix != nullptr) modulate(film, tile, condition_size, rows, rows);
}

/// conv_out -> activated (nam-format: section 6.3).
inline void activate(const LayerConfig& layer, const Tile& tile, std::size_t bottleneck) {
  const FloatTag d;
  const Rows z = scratch_rows(tile.conv_out);
  const Rows out = scratch_rows(tile.activated);
  apply(layer.activation, tile, bottleneck, z, out);
  if (layer.gating == Gating::none) return;
  const Rows gates = scratch_rows(tile.conv_out + bottleneck * kTileFrames);
  apply(layer.secondary, tile, bottleneck, gates, gates);
  const bool blended = layer.gating == Gating::blended;
  for_each_vector(tile, bottleneck, [&](std::size_t row, std::size_t frame) {
    const auto gate = hn::Load(d, gates.at(row, frame));
    const auto a = hn::Load(d, out.at(row, frame));
    const auto x = hn::Load(d, z.at(row, frame));
    hn::Store(blended ? hn::MulAdd(gate, hn::Sub(a, x), x) : hn::Mul(gate, a), d, out.at(row, frame));
  });
}

/// The convolution with everything up to the activation, and the skip sum.
inline void run_conv(const PackedArray& array, const PackedLayer& layer, const Operand<Dim<0>, Dim<0>>& past,
                     const Tile& tile, Rows head) {
  const LayerArrayConfig& config = array.config;
  const std::size_t condition_size = config.condition_size;
  const Dim<0> rows(layer.conv_rows);
  const Rows z = scratch_rows(tile.conv_out);
  const auto condition = signal(tile.condition, Dim<0>(condition_size), kTileFrames);
  if (layer.mixin == nullptr) {
    multiply(layer.conv.matrix, rows, tile.vectors, StoreTo{z}, condition, past);
  } else {
    multiply(layer.conv.matrix, rows, tile.vectors, StoreTo{z}, past);
    modulate_if(layer.film(FilmSite::conv_post), tile, condition_size, z);
    const float* mixin_in = tile.condition;
    if (const PackedFilm& film = layer.film(FilmSite::mixin_pre); film.matrix != nullptr) {
      const Rows unmodulated = scratch_rows(const_cast<float*>(tile.condition));  // read only
      modulate(film, tile, condition_size, unmodulated, scratch_rows(tile.condition_film));
      mixin_in = tile.condition_film;
    }
    const Rows mixed = scratch_rows(tile.mixin_out);
    multiply(layer.mixin, rows, tile.vectors, StoreTo{mixed},
             signal(mixin_in, Dim<0>(condition_size), kTileFrames));
    modulate_if(layer.film(FilmSite::mixin_post), tile, condition_size, mixed);
    add_rows(tile, rows, z, mixed, z);
  }
  modulate_if(layer.film(FilmSite::activation_pre), tile, condition_size, z);
  activate(layer.config, tile, config.bottleneck);
  const Rows a = scratch_rows(tile.activated);
  modulate_if(layer.film(FilmSite::activation_post), tile, condition_size, a);
  if (layer.head1x1 == nullptr) return add_rows(tile, config.skip_size(), head, a, head);
  multiply(layer.head1x1, Dim<0>(config.skip_size()), tile.vectors, StoreTo{z},
           signal(tile.activated, Dim<0>(config.bottleneck), kTileFrames));
  modulate_if(layer.film(FilmSite::head1x1_post), tile, condition_size, z);
  add_rows(tile, config.skip_size(), head, z, head);
}

/// The residual signal behind a layer: `to` = `residual` + the activations through the layer's 1x1, if it has
/// one.
inline void run_layer1x1(const PackedArray& array, const PackedLayer& layer, const Tile& tile, Rows residual,
                         Rows to) {
  const FloatTag d;
  const Dim<0> channels(array.config.channels);
  const auto activated = signal(tile.activated, Dim<0>(array.config.bottleneck), kTileFrames);
  const PackedFilm& film = layer.film(FilmSite::layer1x1_post);
  if (layer.layer1x1 == nullptr) {
    for_each_vector(tile, channels, [&](std::size_t row, std::size_t frame) {
      hn::StoreU(hn::LoadU(d, residual.at(row, frame)), d, to.at(row, frame));
    });
  } else if (film.matrix == nullptr) {
    multiply(layer.layer1x1, channels, tile.vectors, StoreSum{to, residual}, activated);
  } else {
    const Rows product = scratch_rows(tile.conv_out);
    multiply(layer.layer1x1, channels, tile.vectors, StoreTo{product}, activated);
    modulate(film, tile, array.config.condition_size, product, product);
    add_rows(tile, channels, residual, product, to);
  }
}

/// The array, as run_plain_array() says.
inline void run_full_array(const PackedArray& array, History* histories, const Tile& tile, const float* in,
                           Rows skip, const ArrayOutput& out) {
  const LayerArrayConfig& config = array.config;
  const Dim<0> channels(config.channels);
  // A layer's input is kept in its history, unless a FiLM stands between them.
  const bool filmed = config.film(FilmSite::conv_pre).has_value();
  const auto residual_of = [&](std::size_t l) {
    return filmed ? scratch_rows(tile.residual) : current_rows(histories[l]);
  };
  multiply(array.rechannel, channels, tile.vectors, StoreTo{residual_of(0)},
           signal(in, Dim<0>(config.input_size), kTileFrames));
  if (array.first) clear_rows(tile, config.skip_size(), skip);
  for (std::size_t l = 0; l < array.layers.size(); ++l) {
    const PackedLayer& layer = array.layers[l];
    const bool is_last = l + 1 == array.layers.size();
    const Rows residual = residual_of(l);
    if (filmed) {
      modulate(layer.film(FilmSite::conv_pre), tile, config.condition_size, residual,
               current_rows(histories[l]));
    }
    const auto past = read_taps(histories[l], tile, Dim<0>(layer.conv.taps), layer.conv.dilation, channels);
    run_conv(array, layer, past, tile, skip);
    if (!(is_last && array.last)) {
      run_layer1x1(array, layer, tile, residual, is_last ? out.residual : residual_of(l + 1));
    }
    histories[l].advance(tile.frames);
  }
  run_array_head<Dim<0>, Dim<0>>(array, histories[array.layers.size()], tile, skip, out.head);
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_FULL_ARRAY_INL_H_
