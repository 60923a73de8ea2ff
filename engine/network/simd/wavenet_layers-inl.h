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
inline Rows current_rows(const History& history) {
  return {history.current(), history.stride()};
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
  template <std::size_t kRows, std::size_t kVecs>
  HWY_INLINE void operator()(std::size_t row, std::size_t frame, const FloatVec (&sum)[kRows][kVecs]) const {
    for (std::size_t r = 0; r < kRows; ++r) {
      for (std::size_t v = 0; v < kVecs; ++v)
        hn::StoreU(sum[r][v], FloatTag(), rows.at(row + r, frame + v * kLanes));
    }
  }
};
/// An epilogue that stores the sums added to other rows.
struct StoreSum {
  Rows rows, addend;
  template <std::size_t kRows, std::size_t kVecs>
  HWY_INLINE void operator()(std::size_t row, std::size_t frame, const FloatVec (&sum)[kRows][kVecs]) const {
    const FloatTag d;
    for (std::size_t r = 0; r < kRows; ++r) {
      for (std::size_t v = 0; v < kVecs; ++v) {
        const std::size_t at = frame + v * kLanes;
        hn::StoreU(hn::Add(hn::LoadU(d, addend.at(row + r, at)), sum[r][v]), d, rows.at(row + r, at));
      }
    }
  }
};
/// sum = activation(sum), all of them before anything is stored, which for all the compiler knows might
/// change the constants.
template <class Act, std::size_t kRows, std::size_t kVecs>
HWY_INLINE void activate_sums(const Activation& activation, std::size_t row, FloatVec (&sum)[kRows][kVecs]) {
  const Act act(activation);
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t v = 0; v < kVecs; ++v) sum[r][v] = act(sum[r][v], row + r);
  }
}
/// An epilogue that stores the activated sums and adds them to the skip sum.
template <class Act>
struct Activate {
  const Activation& activation;
  float* activated;  // rows of kTileFrames
  Rows skip;
  template <std::size_t kRows, std::size_t kVecs>
  HWY_INLINE void operator()(std::size_t row, std::size_t frame, FloatVec (&sum)[kRows][kVecs]) const {
    activate_sums<Act>(activation, row, sum);
    StoreTo{scratch_rows(activated)}(row, frame, sum);
    StoreSum{skip, skip}(row, frame, sum);
  }
};

/// An epilogue that adds the activated sums to the skip sum and, while they are in registers, mixes them with
/// the layer's 1x1 into the residual signal; for layers whose channels are one tile of rows.
template <class Act, std::size_t kChannels>
struct ActivateAndMix {
  const Activation& activation;
  Rows skip;
  const float* layer1x1;  // packed
  Rows residual, to;
  template <std::size_t kRows, std::size_t kVecs>
  HWY_INLINE void operator()(std::size_t row, std::size_t frame, FloatVec (&sum)[kRows][kVecs]) const {
    static_assert(kRows == kChannels);
    const FloatTag d;
    activate_sums<Act>(activation, row, sum);
    StoreSum{skip, skip}(row, frame, sum);
    // Row by row: the sums of all rows would not fit into the registers beside the activations.
    for (std::size_t r = 0; r < kRows; ++r) {
      FloatVec mixed[kVecs];
      const FloatVec bias = hn::Set(d, layer1x1[r]);
      for (std::size_t v = 0; v < kVecs; ++v) {
        mixed[v] = hn::Add(hn::LoadU(d, residual.at(r, frame + v * kLanes)), bias);
      }
      for (std::size_t c = 0; c < kRows; ++c) {
        const FloatVec weight = hn::Set(d, layer1x1[kRows * (c + 1) + r]);
        for (std::size_t v = 0; v < kVecs; ++v) mixed[v] = hn::MulAdd(weight, sum[c][v], mixed[v]);
      }
      for (std::size_t v = 0; v < kVecs; ++v) hn::StoreU(mixed[v], d, to.at(r, frame + v * kLanes));
    }
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
inline Taps read_taps(const History& history, const PackedConv& conv, const Tile& tile) {
  history.commit(tile.frames);
  if (tile.settle) history.fill_with_current();
  Taps taps;
  for (std::size_t k = 0; k < conv.delays.size(); ++k) taps[k] = history.delayed(conv.delays[k]);
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

/// The residual signal behind a layer: `to` = `residual` + the activations through the layer's 1x1, if it has
/// one.
template <class Channels>
HWY_INLINE void run_layer1x1(const PackedArray& array, const PackedLayer& layer, Channels channels,
                             Channels bottleneck, const Tile& tile, Rows residual, Rows to) {
  const FloatTag d;
  const float* const activated = tile.activated;
  const Operand operand{&activated, Dim<1>(1), bottleneck, kTileFrames};
  const PackedFilm& film = layer.film(FilmSite::layer1x1_post);
  if (layer.layer1x1 == nullptr) {
    for_each_vector(tile, channels, [&](std::size_t row, std::size_t frame) {
      hn::StoreU(hn::LoadU(d, residual.at(row, frame)), d, to.at(row, frame));
    });
  } else if (film.matrix == nullptr) {
    multiply(layer.layer1x1, channels, tile.vectors, StoreSum{to, residual}, operand);
  } else {
    const Rows product = scratch_rows(tile.conv_out);
    multiply(layer.layer1x1, channels, tile.vectors, StoreTo{product}, operand);
    modulate(film, tile, array.config.condition_size, product, product);
    add_rows(tile, channels, residual, product, to);
  }
}

/// The convolution over the skip sum at the end of an array.
inline void run_head(const PackedArray& array, const History& history, const Tile& tile, Rows skip,
                     Rows out) {
  const ArrayHeadConfig& config = array.config.head;
  const Dim<0> rows(config.out_channels);
  const Dim<0> columns(array.config.skip_size());
  if (array.head_has_history()) {
    const Taps taps = read_taps(history, array.head, tile);
    multiply(array.head.matrix, rows, tile.vectors, StoreTo{out},
             Operand{taps.data(), Dim<0>(config.kernel_size), columns, history.stride()});
  } else {
    const float* const base = skip.base;
    multiply(array.head.matrix, rows, tile.vectors, StoreTo{out},
             Operand{&base, Dim<1>(1), columns, skip.stride});
  }
}

/// One layer array: `in` -> its residual signal in `out`, its skip sum added to `head` and, through the
/// array's head, written to `next_head`. Channels, kernel size and condition width are compile-time constants
/// in the specialised instances, which fuse the activation Fused into the convolution of plain layers.
template <class Channels, class Kernel, class Condition, class Fused>
void run_array(const PackedArray& array, History* histories, const Tile& tile, const float* in, Rows out,
               Rows head, Rows next_head) {
  const LayerArrayConfig& config = array.config;
  const Channels channels(config.channels);
  const Channels bottleneck(config.bottleneck);
  const Condition condition_size(config.condition_size);
  const Operand condition{&tile.condition, Dim<1>(1), condition_size, kTileFrames};
  // Where a layer's input is kept: in its history, unless a FiLM stands between them.
  const auto residual_of = [&](std::size_t l) {
    const bool filmed = array.layers[l].film(FilmSite::conv_pre).matrix != nullptr;
    return filmed ? scratch_rows(tile.residual) : current_rows(histories[l]);
  };
  multiply(array.rechannel, channels, tile.vectors, StoreTo{residual_of(0)},
           Operand{&in, Dim<1>(1), Dim<0>(config.input_size), kTileFrames});

  for (std::size_t l = 0; l < array.layers.size(); ++l) {
    const PackedLayer& layer = array.layers[l];
    const Activation& activation = layer.config.activation;
    const bool last_layer = l + 1 == array.layers.size();
    const bool heard = !(last_layer && array.last);  // the residual signal behind it
    const Rows next = last_layer ? out : residual_of(l + 1);
    const bool fused = layer.plain && activation.kind == Fused::kKind;
    const Rows residual = residual_of(l);
    if (const PackedFilm& film = layer.film(FilmSite::conv_pre); film.matrix != nullptr) {
      modulate(film, tile, condition_size, residual, current_rows(histories[l]));
    }
    const Taps taps = read_taps(histories[l], layer.conv, tile);
    const Operand past{taps.data(), Kernel(layer.config.kernel_size), channels, histories[l].stride()};
    if constexpr (is_one_tile(Channels::kStatic)) {
      if (fused && heard && layer.mixes()) {
        using Epilogue = ActivateAndMix<Fused, Channels::kStatic>;
        multiply(layer.conv.matrix, bottleneck, tile.vectors,
                 Epilogue{activation, head, layer.layer1x1, residual, next}, past, condition);
        continue;
      }
    }
    if (fused) {
      multiply(layer.conv.matrix, bottleneck, tile.vectors, Activate<Fused>{activation, tile.activated, head},
               past, condition);
    } else {
      run_full_layer(array, layer, past, tile, head);
    }
    if (heard) run_layer1x1(array, layer, channels, bottleneck, tile, residual, next);
  }
  run_head(array, histories[array.layers.size()], tile, head, next_head);
  for (std::size_t l = 0; l <= array.layers.size(); ++l) histories[l].advance(tile.frames);
}

using RunArray = void (*)(const PackedArray&, History*, const Tile&, const float* in, Rows out, Rows head,
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
