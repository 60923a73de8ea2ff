// One tile of frames on its way through a network, and the passes over it that convolutional networks share;
// compiled once per SIMD target.

#include <algorithm>
#include <cstddef>

#include "engine/network/description/activation.h"
#include "engine/network/simd/activations-inl.h"
#include "engine/network/simd/history-inl.h"
#include "engine/network/simd/matrix_tile-inl.h"

#if defined(NAMRACK_SIMD_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_TILE_INL_H_
#undef NAMRACK_SIMD_TILE_INL_H_
#else
#define NAMRACK_SIMD_TILE_INL_H_
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

/// Copies frames, no whole number of vectors, to `to`, the last vector padded with zeros. In vectors, because
/// they are read back at once: what has been stored in smaller pieces takes longer to come back.
HWY_INLINE void copy_padded(const float* from, float* to, std::size_t frames) {
  const FloatTag d;
  std::size_t t = 0;
  for (; t + kLanes <= frames; t += kLanes) hn::StoreU(hn::LoadU(d, from + t), d, to + t);
  hn::StoreU(hn::Zero(d), d, to + t);
  std::copy_n(from + t, frames - t, to + t);
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

inline void clear_rows(const Tile& tile, std::size_t rows, Rows to) {
  const FloatTag d;
  for_each_vector(tile, rows,
                  [&](std::size_t row, std::size_t frame) { hn::StoreU(hn::Zero(d), d, to.at(row, frame)); });
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

/// mixed += the layer's packed 1x1, bias and weights of row r, times the activations.
template <std::size_t kRows, std::size_t kVecs>
HWY_INLINE void mix_row(const float* layer1x1, std::size_t r, const FloatVec (&activated)[kRows][kVecs],
                        FloatVec (&mixed)[kVecs]) {
  const FloatTag d;
  const FloatVec bias = hn::Set(d, layer1x1[r]);
  for (std::size_t v = 0; v < kVecs; ++v) mixed[v] = hn::Add(mixed[v], bias);
  for (std::size_t c = 0; c < kRows; ++c) {
    const FloatVec weight = hn::Set(d, layer1x1[kRows * (c + 1) + r]);
    for (std::size_t v = 0; v < kVecs; ++v) mixed[v] = hn::MulAdd(weight, activated[c][v], mixed[v]);
  }
}

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

/// The current tile of a history, which has been written, as a convolution sees it.
template <class TapCount, class Channels>
HWY_INLINE Operand<TapCount, Channels> read_taps(const History& history, const Tile& tile, TapCount taps,
                                                 std::size_t dilation, Channels channels) {
  history.commit(tile.frames);
  if (tile.settle) history.fill_with_current();
  return history.taps(taps, dilation, channels);
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_TILE_INL_H_
