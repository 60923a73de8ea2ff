// One tile of frames through a WaveNet's layers, compiled once per SIMD target (nam-format: sections 5
// and 6.5).

#include <array>

#include "engine/model/limits.h"
#include "engine/network/simd/activations-inl.h"
#include "engine/network/simd/wavenet_plan-inl.h"

#if defined(NAMRACK_SIMD_WAVENET_LAYERS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_WAVENET_LAYERS_INL_H_
#undef NAMRACK_SIMD_WAVENET_LAYERS_INL_H_
#else
#define NAMRACK_SIMD_WAVENET_LAYERS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

/// Streams of frames, `stride` floats apart.
struct Rows {
  float* base;
  std::size_t stride;
  float* at(std::size_t row, std::size_t frame) const { return base + row * stride + frame; }
};
inline Rows scratch_rows(float* base) {
  return {base, kTileFrames};
}
inline Rows current_rows(const HistoryRing& ring) {
  return {ring.current(), ring.stride()};
}

/// One tile on its way through the network, and the scratch it needs; rows of kTileFrames floats.
struct Tile {
  std::size_t frames = 0;
  std::size_t vectors = 0;
  bool settle = false;               ///< treat the current frame as if it had lasted for ever
  const float* condition = nullptr;  ///< [condition_size], padded
  float* condition_film = nullptr;   ///< [condition_size]
  float* film = nullptr;             ///< [2 * widest]: scales, then shifts
  float* conv_out = nullptr;         ///< [conv_rows] where the activation needs a pass of its own
  float* mixin_out = nullptr;        ///< [conv_rows]
  float* activated = nullptr;        ///< [bottleneck]
  float* residual = nullptr;         ///< [channels] where the history does not hold it
};

/// Calls use(row, frame) for every vector of `rows` rows.
template <class Use>
HWY_INLINE void for_each_vector(const Tile& tile, std::size_t rows, const Use& use) {
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t v = 0; v < tile.vectors; ++v) use(row, v * kLanes);
  }
}

/// An epilogue that stores the sums.
struct StoreTo {
  Rows rows;
  template <class V>
  HWY_INLINE void operator()(std::size_t row, std::size_t frame, V sum) const {
    hn::StoreU(sum, FloatTag(), rows.at(row, frame));
  }
};
/// An epilogue that stores the sums added to other rows.
struct StoreSum {
  Rows rows, addend;
  template <class V>
  HWY_INLINE void operator()(std::size_t row, std::size_t frame, V sum) const {
    const FloatTag d;
    hn::StoreU(hn::Add(hn::LoadU(d, addend.at(row, frame)), sum), d, rows.at(row, frame));
  }
};

/// to = a + b
inline void add_rows(const Tile& tile, std::size_t rows, Rows a, Rows b, Rows to) {
  const FloatTag d;
  for_each_vector(tile, rows, [&](std::size_t row, std::size_t frame) {
    hn::StoreU(hn::Add(hn::LoadU(d, a.at(row, frame)), hn::LoadU(d, b.at(row, frame))), d, to.at(row, frame));
  });
}

inline void apply(const Activation& activation, const Tile& tile, std::size_t rows, Rows from, Rows to) {
  const FloatTag d;
  with_activation<FloatTag>(activation, [&](const auto& act) {
    for_each_vector(tile, rows, [&](std::size_t row, std::size_t frame) {
      hn::StoreU(act(hn::LoadU(d, from.at(row, frame)), row), d, to.at(row, frame));
    });
  });
}

/// to = from * scale + shift, with scale and shift from the condition (nam-format: section 6.4).
inline void modulate(const PackedFilm& film, const Tile& tile, std::size_t condition_size, Rows from,
                     Rows to) {
  const FloatTag d;
  multiply(film.matrix, Dim<0>(film.shift ? 2 * film.width : film.width), tile.vectors,
           StoreTo{scratch_rows(tile.film)},
           Operand{&tile.condition, Dim<1>(1), Dim<0>(condition_size), kTileFrames});
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

/// The taps of a history whose current tile has been written.
using Taps = std::array<const float*, limits::kKernelSize>;
inline Taps read_taps(const HistoryRing& ring, const PackedConv& conv, const Tile& tile) {
  ring.commit(tile.frames);
  if (tile.settle) ring.fill_with_current();
  Taps taps;
  for (std::size_t k = 0; k < conv.delays.size(); ++k) taps[k] = ring.delayed(conv.delays[k]);
  return taps;
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

/// The convolution with everything up to the activation, and the skip sum, for layers that are not plain.
template <class History>
void run_full_layer(const PackedArray& array, const PackedLayer& layer, const History& history,
                    const Tile& tile, Rows head) {
  const LayerArrayConfig& config = array.config;
  const std::size_t condition_size = config.condition_size;
  const Dim<0> rows(layer.conv_rows);
  const Rows z = scratch_rows(tile.conv_out);
  const Operand condition{&tile.condition, Dim<1>(1), Dim<0>(condition_size), kTileFrames};
  if (layer.mixin == nullptr) {
    multiply(layer.conv.matrix, rows, tile.vectors, StoreTo{z}, history, condition);
  } else {
    multiply(layer.conv.matrix, rows, tile.vectors, StoreTo{z}, history);
    modulate_if(layer.film(FilmSite::conv_post), tile, condition_size, z);
    const float* mixin_in = tile.condition;
    if (const PackedFilm& film = layer.film(FilmSite::mixin_pre); film.matrix != nullptr) {
      const Rows unmodulated = scratch_rows(const_cast<float*>(tile.condition));  // read only
      modulate(film, tile, condition_size, unmodulated, scratch_rows(tile.condition_film));
      mixin_in = tile.condition_film;
    }
    const Rows mixed = scratch_rows(tile.mixin_out);
    multiply(layer.mixin, rows, tile.vectors, StoreTo{mixed},
             Operand{&mixin_in, Dim<1>(1), Dim<0>(condition_size), kTileFrames});
    modulate_if(layer.film(FilmSite::mixin_post), tile, condition_size, mixed);
    add_rows(tile, rows, z, mixed, z);
  }
  modulate_if(layer.film(FilmSite::activation_pre), tile, condition_size, z);
  activate(layer.config, tile, config.bottleneck);
  const Rows a = scratch_rows(tile.activated);
  modulate_if(layer.film(FilmSite::activation_post), tile, condition_size, a);
  if (layer.head1x1 == nullptr) return add_rows(tile, config.skip_size(), head, a, head);
  const float* const activated = tile.activated;
  multiply(layer.head1x1, Dim<0>(config.skip_size()), tile.vectors, StoreTo{z},
           Operand{&activated, Dim<1>(1), Dim<0>(config.bottleneck), kTileFrames});
  modulate_if(layer.film(FilmSite::head1x1_post), tile, condition_size, z);
  add_rows(tile, config.skip_size(), head, z, head);
}

/// One layer array: `in` -> its residual signal in `out`, its skip sum added to `head` and, through the
/// array's head, written to `next_head`. Channels, kernel size and condition width are compile-time constants
/// in the specialised instances, which fuse the activation Fused into the convolution of plain layers.
template <class Channels, class Kernel, class Condition, class Fused>
void run_array(const PackedArray& array, HistoryRing* rings, const Tile& tile, const float* in, Rows out,
               Rows head, Rows next_head) {
  const FloatTag d;
  const LayerArrayConfig& config = array.config;
  const Channels channels(config.channels);
  const Channels bottleneck(config.bottleneck);
  const Condition condition_size(config.condition_size);
  const Operand condition{&tile.condition, Dim<1>(1), condition_size, kTileFrames};
  const float* const activated = tile.activated;
  // Where a layer's input is kept: in its history, unless a FiLM stands between them.
  const auto residual_of = [&](std::size_t l) {
    const bool filmed = array.layers[l].film(FilmSite::conv_pre).matrix != nullptr;
    return filmed ? scratch_rows(tile.residual) : current_rows(rings[l]);
  };
  multiply(array.rechannel, channels, tile.vectors, StoreTo{residual_of(0)},
           Operand{&in, Dim<1>(1), Dim<0>(config.input_size), kTileFrames});

  for (std::size_t l = 0; l < array.layers.size(); ++l) {
    const PackedLayer& layer = array.layers[l];
    HistoryRing& ring = rings[l];
    const Rows residual = residual_of(l);
    if (const PackedFilm& film = layer.film(FilmSite::conv_pre); film.matrix != nullptr) {
      modulate(film, tile, condition_size, residual, current_rows(ring));
    }
    const Taps taps = read_taps(ring, layer.conv, tile);
    const Operand history{taps.data(), Kernel(layer.config.kernel_size), channels, ring.stride()};
    if (layer.plain && layer.config.activation.kind == Fused::kKind) {
      const Fused act(layer.config.activation);
      multiply(
          layer.conv.matrix, bottleneck, tile.vectors,
          [&](std::size_t row, std::size_t frame, auto sum) HWY_ATTR {
            const auto a = act(sum, row);
            hn::Store(a, d, tile.activated + row * kTileFrames + frame);
            float* const skip = head.at(row, frame);
            hn::StoreU(hn::Add(hn::LoadU(d, skip), a), d, skip);
          },
          history, condition);
    } else {
      run_full_layer(array, layer, history, tile, head);
    }

    const bool last_layer = l + 1 == array.layers.size();
    if (last_layer && array.last) break;
    const Rows to = last_layer ? out : residual_of(l + 1);
    const Operand operand{&activated, Dim<1>(1), bottleneck, kTileFrames};
    if (layer.layer1x1 == nullptr) {
      for_each_vector(tile, channels, [&](std::size_t row, std::size_t frame) {
        hn::StoreU(hn::LoadU(d, residual.at(row, frame)), d, to.at(row, frame));
      });
    } else if (const PackedFilm& film = layer.film(FilmSite::layer1x1_post); film.matrix != nullptr) {
      multiply(layer.layer1x1, channels, tile.vectors, StoreTo{scratch_rows(tile.conv_out)}, operand);
      modulate(film, tile, condition_size, scratch_rows(tile.conv_out), scratch_rows(tile.conv_out));
      add_rows(tile, channels, residual, scratch_rows(tile.conv_out), to);
    } else {
      multiply(layer.layer1x1, channels, tile.vectors, StoreSum{to, residual}, operand);
    }
  }

  HistoryRing& head_ring = rings[array.layers.size()];
  const Dim<0> head_rows(config.head.out_channels);
  if (array.head_has_history()) {
    const Taps taps = read_taps(head_ring, array.head, tile);
    multiply(array.head.matrix, head_rows, tile.vectors, StoreTo{next_head},
             Operand{taps.data(), Dim<0>(config.head.kernel_size), Dim<0>(config.skip_size()),
                     head_ring.stride()});
  } else {
    const float* const skip = head.base;
    multiply(array.head.matrix, head_rows, tile.vectors, StoreTo{next_head},
             Operand{&skip, Dim<1>(1), Dim<0>(config.skip_size()), head.stride});
  }
  for (std::size_t l = 0; l <= array.layers.size(); ++l) rings[l].advance(tile.frames);
}

using RunArray = void (*)(const PackedArray&, HistoryRing*, const Tile&, const float* in, Rows out, Rows head,
                          Rows next_head);

/// The widths of the sizes that captures come in (nam-format: named architectures).
template <bool kAllowed = kSpecialise>
RunArray select_kernel(const LayerArrayConfig& array, bool specialise) {
  using A1 = Tanh<FloatTag>;
  if constexpr (kAllowed) {
    const bool kernel_of_3 = std::all_of(array.layers.begin(), array.layers.end(),
                                         [](const LayerConfig& l) { return l.kernel_size == 3; });
    const bool square = array.bottleneck == array.channels && array.condition_size == 1;
    if (specialise && square && kernel_of_3) {
      switch (array.channels) {
        case 2:
          return &run_array<Dim<2>, Dim<3>, Dim<1>, A1>;
        case 4:
          return &run_array<Dim<4>, Dim<3>, Dim<1>, A1>;
        case 6:
          return &run_array<Dim<6>, Dim<3>, Dim<1>, A1>;
        case 8:
          return &run_array<Dim<8>, Dim<3>, Dim<1>, A1>;
        case 12:
          return &run_array<Dim<12>, Dim<3>, Dim<1>, A1>;
        case 16:
          return &run_array<Dim<16>, Dim<3>, Dim<1>, A1>;
        default:
          break;
      }
    }
    using A2 = LeakyRelu<FloatTag>;
    if (specialise && square && array.layers.front().activation.kind == ActivationKind::leaky_relu) {
      switch (array.channels) {
        case 3:
          return &run_array<Dim<3>, Dim<0>, Dim<1>, A2>;
        case 8:
          return &run_array<Dim<8>, Dim<0>, Dim<1>, A2>;
        default:
          break;
      }
    }
  }
  return &run_array<Dim<0>, Dim<0>, Dim<0>, A1>;
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_WAVENET_LAYERS_INL_H_
