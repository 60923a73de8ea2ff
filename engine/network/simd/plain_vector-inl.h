// A narrow plain array over a few vectors of frames, which stay in registers from layer to layer and up to
// its head; compiled once per SIMD target.
//
// A block of 16 frames is one vector of AVX-512: there is little to do beside a layer but to wait for it.
// Through memory it would also wait for its input to come out of the store buffer, 11 cycles of a Zen 5, and
// 17 where a tap reaches back by less than a vector and so overlaps what has just been stored.

#include <cstddef>

#include "engine/network/simd/activations-inl.h"
#include "engine/network/simd/array_head-inl.h"
#include "engine/network/simd/history-inl.h"
#include "engine/network/simd/matrix_tile-inl.h"
#include "engine/network/simd/tile-inl.h"
#include "engine/network/simd/wavenet_plan-inl.h"

#if defined(NAMRACK_SIMD_PLAIN_VECTOR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_PLAIN_VECTOR_INL_H_
#undef NAMRACK_SIMD_PLAIN_VECTOR_INL_H_
#else
#define NAMRACK_SIMD_PLAIN_VECTOR_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

/// Some vectors of frames of each channel, in registers.
template <std::size_t kChannels, std::size_t kVecs>
using Frames = FloatVec[kChannels][kVecs];

/// Whether plain arrays of `channels` channels, known at compile time (else 0), have kernels that keep their
/// frames in registers: those of one register tile, where vectors are so long that a block is few of them.
constexpr bool stays_in_registers(std::size_t channels) {
  return kLanes == 16 && is_one_tile(channels);
}
/// Whether the products of each tap are summed apart in a layer of such an array: where taps overlap the
/// current vector, so that none waits for all the others. It must not depend on the tile: the sums would
/// differ.
template <class Taps>
HWY_INLINE bool sums_apart(Taps taps, std::size_t dilation) {
  return taps > 1 && dilation < kLanes;
}

/// The last `distance` lanes of `before`, then as many of `now` as find room; 0 < distance < 16. For vectors
/// of 16 lanes.
template <class V>
HWY_INLINE V joined(V before, V now, std::size_t distance) {
#if HWY_TARGET <= HWY_AVX3
  const hn::RebindToSigned<FloatTag> d;
  return V{_mm512_permutex2var_ps(before.raw, hn::Iota(d, static_cast<int>(16 - distance)).raw, now.raw)};
#else
  static_assert(sizeof(V) == 0, "not written for this target");
  return now;
#endif
}

/// The taps of a convolution that reach back by less than a vector.
struct RecentTaps {
  std::size_t distance;  ///< how far the oldest of them reaches back
  const float* before;   ///< the vector of frames before the tile
};

/// Adds weights x the taps of `x` that reach back by a vector or more, and leaves the others.
template <std::size_t kRows, std::size_t kVecs, class Past>
HWY_INLINE RecentTaps add_far_taps(const float*& weights, const Past& x, Sums<1, kRows, kVecs>& sums) {
  std::size_t tap = x.oldest;
  std::size_t distance = (x.taps - 1) * x.dilation;
  // Taps that are not apart are far, all but the current frames: where the kernel size is a constant, there
  // is no branch to predict.
  for (std::size_t k = 0; k + 1 < x.taps; ++k) {
    if (Past::kApart && distance < kLanes) break;
    add_tap<1, kRows, kVecs>(weights, 0, x, x.base + tap, sums);
    tap += x.dilation;
    if (tap >= x.length) tap -= x.length;
    distance -= x.dilation;
  }
  if constexpr (!Past::kApart) {
    return {0, nullptr};
  } else {
    const std::size_t current = tap + distance;
    return {distance, x.base + (current >= kLanes ? current : current + x.length) - kLanes};
  }
}

/// Adds weights x the tap that reaches back `distance` frames, less than a vector; `now` are the current
/// frames.
template <std::size_t kRows, std::size_t kVecs, class Past>
HWY_INLINE void add_recent_tap(const float*& weights, const Past& x, std::size_t distance,
                               const float* before, const Frames<kRows, kVecs>& now,
                               Sums<1, kRows, kVecs>& sums) {
  [[maybe_unused]] Sums<1, kRows, kVecs> products;
  HWY_UNROLL(4)
  for (std::size_t c = 0; c < kRows; ++c) {
    FloatVec in[kVecs];
    for (std::size_t v = 0; v < kVecs; ++v) {
      if (distance == 0) {
        in[v] = now[c][v];
      } else {
        in[v] =
            joined(v > 0 ? now[c][v - 1] : hn::LoadU(FloatTag(), before + c * x.stride), now[c][v], distance);
      }
    }
    if constexpr (Past::kApart) {
      add_channel<1, kRows, kVecs>(weights, 0, c == 0, in, products);
    } else {
      add_channel<1, kRows, kVecs>(weights, 0, false, in, sums);
    }
  }
  if constexpr (Past::kApart) add_sums<1, kRows, kVecs>(products, sums);
}

/// Adds weights x the taps that add_far_taps() left.
template <std::size_t kRows, std::size_t kVecs, class Past>
HWY_INLINE void add_recent_taps(const float*& weights, const Past& x, RecentTaps recent,
                                const Frames<kRows, kVecs>& now, Sums<1, kRows, kVecs>& sums) {
  for (std::size_t distance = recent.distance; distance > 0; distance -= x.dilation)
    add_recent_tap<kRows, kVecs>(weights, x, distance, recent.before, now, sums);
  add_recent_tap<kRows, kVecs>(weights, x, 0, recent.before, now, sums);
}

/// An epilogue that keeps the sums in registers and stores them.
template <std::size_t kChannels, std::size_t kVecs>
struct Keep {
  Frames<kChannels, kVecs>& now;
  Rows to;
  HWY_INLINE void operator()(std::size_t, std::size_t, const FloatVec (&sum)[kChannels][kVecs]) const {
    HWY_UNROLL(4)
    for (std::size_t r = 0; r < kChannels; ++r) {
      for (std::size_t v = 0; v < kVecs; ++v) {
        now[r][v] = sum[r][v];
        hn::StoreU(now[r][v], FloatTag(), to.at(r, v * kLanes));
      }
    }
  }
};

/// ActivateAndMix in registers: `residual` becomes the residual signal behind the layer.
template <class Act, std::size_t kChannels, std::size_t kVecs>
struct ActivateAndMixVectors {
  const Activation& activation;
  Frames<kChannels, kVecs>& skip;
  const float* layer1x1;  // packed
  Frames<kChannels, kVecs>& residual;
  Rows to;
  bool heard;
  HWY_INLINE void operator()(std::size_t row, std::size_t, FloatVec (&sum)[kChannels][kVecs]) const {
    activate_sums<Act>(activation, row, sum);
    HWY_UNROLL(4)
    for (std::size_t r = 0; r < kChannels; ++r) {
      for (std::size_t v = 0; v < kVecs; ++v) skip[r][v] = hn::Add(skip[r][v], sum[r][v]);
    }
    if (!heard) return;
    HWY_UNROLL(4)
    for (std::size_t r = 0; r < kChannels; ++r) {
      mix_row(layer1x1, r, sum, residual[r]);
      for (std::size_t v = 0; v < kVecs; ++v) hn::StoreU(residual[r][v], FloatTag(), to.at(r, v * kLanes));
    }
  }
};

/// A convolution of which only the recent taps are left.
template <class Past>
struct BegunConv {
  Past past;
  const float* weights;
  RecentTaps recent;
};

/// The sums of a convolution without its recent taps. In a tile of one vector the others touch no current
/// frame, nor its mirror: this may be called before the current frames are written and committed.
template <std::size_t kChannels, std::size_t kVecs, class Kernel, class Condition>
HWY_INLINE BegunConv<Operand<Kernel, Dim<kChannels>>> begin_conv(const PackedConv& conv,
                                                                 const History& history,
                                                                 const Condition& condition,
                                                                 Sums<1, kChannels, kVecs>& sums) {
  const Kernel taps(conv.taps);
  const auto past = history.taps(taps, conv.dilation, Dim<kChannels>(kChannels));
  const float* weights = conv.matrix;
  HWY_UNROLL(4)
  for (std::size_t r = 0; r < kChannels; ++r) {
    for (std::size_t v = 0; v < kVecs; ++v) sums[0][r][v] = hn::Set(FloatTag(), weights[r]);  // bias
  }
  weights += kChannels;
  accumulate<1, kChannels, kVecs>(weights, 0, condition, 0, sums);
  if (sums_apart(taps, conv.dilation)) {
    const RecentTaps recent = add_far_taps<kChannels, kVecs>(weights, apart(past), sums);
    return {past, weights, recent};
  }
  const RecentTaps recent = add_far_taps<kChannels, kVecs>(weights, past, sums);
  return {past, weights, recent};
}

/// The layers of an array from `history`, that of the first one, to `out`. In tiles of one vector each
/// layer's convolution is begun before the activations of the layer before it: while those wait for each
/// other, a Zen 5 looks no further ahead than some 70 operations, about half a layer of four channels. Tiles
/// of more vectors have enough to do.
template <std::size_t kChannels, std::size_t kVecs, class Kernel, class Act, class Condition>
HWY_INLINE void run_layers(const PackedArray& array, History* history, const Tile& tile,
                           const Condition& condition, Rows out, Frames<kChannels, kVecs>& residual,
                           Frames<kChannels, kVecs>& skip) {
  constexpr bool kAhead = kVecs == 1;
  const Dim<kChannels> channels(kChannels);
  const PackedLayer* const end = array.layers.data() + array.layers.size();
  Sums<1, kChannels, kVecs> sums;
  history->commit(tile.frames);
  auto begun = begin_conv<kChannels, kVecs, Kernel>(array.layers[0].conv, *history, condition, sums);
  for (const PackedLayer* layer = array.layers.data(); layer != end; ++layer, ++history) {
    const bool is_last = layer + 1 == end;
    const Rows next = is_last ? out : current_rows(history[1]);
    if (sums_apart(Kernel(layer->conv.taps), layer->conv.dilation)) {
      add_recent_taps<kChannels, kVecs>(begun.weights, apart(begun.past), begun.recent, residual, sums);
    } else {
      add_recent_taps<kChannels, kVecs>(begun.weights, begun.past, begun.recent, residual, sums);
    }
    FloatVec sum[kChannels][kVecs];
    HWY_UNROLL(4)
    for (std::size_t r = 0; r < kChannels; ++r)
      for (std::size_t v = 0; v < kVecs; ++v) sum[r][v] = sums[0][r][v];
    if constexpr (kAhead) {
      if (!is_last) begun = begin_conv<kChannels, kVecs, Kernel>(layer[1].conv, history[1], condition, sums);
    }
    ActivateAndMixVectors<Act, kChannels, kVecs>{
        layer->config.activation, skip, layer->layer1x1, residual, next, !(is_last && array.last)}(0, 0, sum);
    history->advance(channels, tile.frames);
    if (is_last) break;
    history[1].commit(tile.frames);
    if constexpr (!kAhead)
      begun = begin_conv<kChannels, kVecs, Kernel>(layer[1].conv, history[1], condition, sums);
  }
}

/// A signal in registers, the input of a 1x1.
template <std::size_t kChannels, std::size_t kVecs>
struct ResidentSignal {
  static constexpr bool kApart = false;
  const Frames<kChannels, kVecs>& now;
  Dim<1> taps{1};
  Dim<kChannels> channels{kChannels};
};
template <std::size_t kTiles, std::size_t kRows, std::size_t kVecs, std::size_t kChannels>
HWY_INLINE void accumulate(const float*& weights, std::size_t, const ResidentSignal<kChannels, kVecs>& x,
                           std::size_t, Sums<kTiles, kRows, kVecs>& sums) {
  static_assert(kTiles == 1);
  HWY_UNROLL(4)
  for (std::size_t c = 0; c < kChannels; ++c) add_channel<1, kRows, kVecs>(weights, 0, false, x.now[c], sums);
}

/// run_plain_head() for a skip sum in registers, which go to `skip` where the head is not a single row of one
/// tap.
template <std::size_t kChannels, std::size_t kVecs>
HWY_INLINE void run_resident_head(const PackedArray& array, History& history, const Tile& tile, Rows skip,
                                  const Frames<kChannels, kVecs>& skip_sum, Rows out) {
  if (!array.head_has_history() && array.config.head.out_channels == 1) {
    return tiles<1, 1, kVecs>(array.head.matrix, 0, 0, StoreTo{out},
                              ResidentSignal<kChannels, kVecs>{skip_sum});
  }
  HWY_UNROLL(4)
  for (std::size_t c = 0; c < kChannels; ++c) {
    for (std::size_t v = 0; v < kVecs; ++v) hn::StoreU(skip_sum[c][v], FloatTag(), skip.at(c, v * kLanes));
  }
  run_plain_head<Dim<kChannels>>(array, history, tile, skip, out);
}

/// run_plain_array() for tiles of kVecs vectors.
template <std::size_t kChannels, std::size_t kVecs, class Kernel, class Condition, class Act>
void run_plain_vectors(const PackedArray& array, History* history, const Tile& tile, const float* in,
                       Rows skip, const ArrayOutput& out) {
  const FloatTag d;
  const auto condition = signal(tile.condition, Condition(array.config.condition_size), kTileFrames);
  Frames<kChannels, kVecs> residual, skip_sum;
  tiles<1, kChannels, kVecs>(array.rechannel, 0, 0, Keep<kChannels, kVecs>{residual, current_rows(*history)},
                             signal(in, Dim<0>(array.config.input_size), kTileFrames));
  HWY_UNROLL(4)
  for (std::size_t c = 0; c < kChannels; ++c) {
    for (std::size_t v = 0; v < kVecs; ++v)
      skip_sum[c][v] = array.first ? hn::Zero(d) : hn::LoadU(d, skip.at(c, v * kLanes));
  }
  run_layers<kChannels, kVecs, Kernel, Act>(array, history, tile, condition, out.residual, residual,
                                            skip_sum);
  run_resident_head<kChannels, kVecs>(array, history[array.layers.size()], tile, skip, skip_sum, out.head);
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_PLAIN_VECTOR_INL_H_
