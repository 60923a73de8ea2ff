// Small matrix times many frames, compiled once per SIMD target: the one kernel under every convolution and
// 1x1 of a WaveNet.
//
// Signals are planar: one contiguous stream of frames a channel, so that the SIMD lanes hold frames and no
// channel count wastes any. A register tile holds kRowTile output rows x up to kVecTile vectors of frames;
// each input vector is loaded once a tile and every weight is broadcast. Weights are packed in the order of
// their use.

#include <cstddef>
#include <type_traits>

#include "engine/base/dim.h"
#include "hwy/highway.h"

#if defined(NAMRACK_SIMD_MATRIX_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_MATRIX_TILE_INL_H_
#undef NAMRACK_SIMD_MATRIX_TILE_INL_H_
#else
#define NAMRACK_SIMD_MATRIX_TILE_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::ScalableTag<float>;
using FloatVec = hn::Vec<FloatTag>;
inline constexpr std::size_t kLanes = hn::MaxLanes(FloatTag());
/// Targets with 32 vector registers hold 16 accumulators with room to spare, the others 8.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL || HWY_TARGET == HWY_NEON
inline constexpr std::size_t kRowTile = 4;
#else
inline constexpr std::size_t kRowTile = 2;
#endif
inline constexpr std::size_t kVecTile = 4;
/// Whether kernels with compile-time dimensions are worth their compile time: not on x86 CPUs of before 2013,
/// nor in the sanitizer builds.
#if defined(NAMRACK_GENERAL_SHAPES_ONLY) || HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128 || \
    HWY_TARGET == HWY_SSSE3 || HWY_TARGET == HWY_SSE4
inline constexpr bool kSpecialise = false;
#else
inline constexpr bool kSpecialise = true;
#endif

/// The input of a matrix: `taps` pointers (one a kernel tap) to the first frame of channel 0; the channels of
/// a tap lie `stride` floats apart.
template <class Taps, class Channels>
struct Operand {
  const float* const* base;
  Taps taps;
  Channels channels;
  std::size_t stride;
};
template <class Taps, class Channels>
Operand(const float* const*, Taps, Channels, std::size_t) -> Operand<Taps, Channels>;

/// Adds weights x operand to the accumulators and moves `weights` past what it used.
template <std::size_t kRows, std::size_t kVecs, class Taps, class Channels>
HWY_INLINE void accumulate(const float*& weights, const Operand<Taps, Channels>& x, std::size_t frame,
                           FloatVec (&sum)[kRows][kVecs]) {
  const FloatTag d;
  for (std::size_t k = 0; k < x.taps; ++k) {
    const float* HWY_RESTRICT stream = x.base[k] + frame;
    for (std::size_t c = 0; c < x.channels; ++c) {
      FloatVec in[kVecs];
      for (std::size_t v = 0; v < kVecs; ++v) in[v] = hn::LoadU(d, stream + v * kLanes);
      for (std::size_t r = 0; r < kRows; ++r) {
        const FloatVec weight = hn::Set(d, weights[r]);
        for (std::size_t v = 0; v < kVecs; ++v) sum[r][v] = hn::MulAdd(weight, in[v], sum[r][v]);
      }
      stream += x.stride;
      weights += kRows;
    }
  }
}

template <std::size_t kRows, std::size_t kVecs, class Epilogue, class... Operands>
HWY_INLINE void tile(const float*& weights, std::size_t row, std::size_t frame, const Epilogue& epilogue,
                     const Operands&... operands) {
  const FloatTag d;
  FloatVec sum[kRows][kVecs];
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t v = 0; v < kVecs; ++v) sum[r][v] = hn::Set(d, weights[r]);  // bias
  }
  weights += kRows;
  (accumulate<kRows, kVecs>(weights, operands, frame, sum), ...);
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t v = 0; v < kVecs; ++v) epilogue(row + r, frame + v * kLanes, sum[r][v]);
  }
}

/// All rows for kVecs vectors of frames. The rows that do not fill a tile get a smaller one.
template <std::size_t kVecs, class Rows, class Epilogue, class... Operands>
HWY_INLINE void all_rows(const float* weights, Rows rows, std::size_t frame, const Epilogue& epilogue,
                         const Operands&... operands) {
  std::size_t row = 0;
  for (; row + kRowTile <= rows; row += kRowTile) {
    tile<kRowTile, kVecs>(weights, row, frame, epilogue, operands...);
  }
  // A width known at compile time leaves one kind of rest, or none, and compiles no other.
  constexpr std::size_t kKnown = Rows::kStatic;
  const std::size_t rest = rows - row;
  const auto do_rest = [&]<std::size_t kRest>(std::integral_constant<std::size_t, kRest>) HWY_ATTR {
    if constexpr (kRest < kRowTile && (kKnown == 0 || kKnown % kRowTile == kRest)) {
      if (rest == kRest) tile<kRest, kVecs>(weights, row, frame, epilogue, operands...);
    }
  };
  do_rest(std::integral_constant<std::size_t, 1>());
  do_rest(std::integral_constant<std::size_t, 2>());
  do_rest(std::integral_constant<std::size_t, 3>());
}

/// For every row and every vector of frames: epilogue(row, frame, bias + sum of weights x operands).
/// `vectors` counts vectors of kLanes frames; operands must be readable, and what the epilogue writes must be
/// writable, up to that many.
template <class Rows, class Epilogue, class... Operands>
HWY_INLINE void multiply(const float* weights, Rows rows, std::size_t vectors, const Epilogue& epilogue,
                         const Operands&... operands) {
  static_assert(kVecTile == 4);
  std::size_t v = 0;
  for (; v + 4 <= vectors; v += 4) all_rows<4>(weights, rows, v * kLanes, epilogue, operands...);
  if (v + 2 <= vectors) {
    all_rows<2>(weights, rows, v * kLanes, epilogue, operands...);
    v += 2;
  }
  if (v < vectors) all_rows<1>(weights, rows, v * kLanes, epilogue, operands...);
}

/// Floats that pack() writes for a matrix of `rows` x `columns` with bias.
inline std::size_t packed_size(std::size_t rows, std::size_t columns) {
  return rows * (columns + 1);
}

/// Writes a matrix in the order in which multiply() reads it and returns the end. `bias(row)` and
/// `weight(row, column)` give its entries; columns run through the operands, their taps, their channels.
template <class Bias, class Weight>
float* pack(float* to, std::size_t rows, std::size_t columns, const Bias& bias, const Weight& weight) {
  for (std::size_t row = 0; row < rows; row += kRowTile) {
    const std::size_t height = rows - row < kRowTile ? rows - row : kRowTile;
    for (std::size_t r = 0; r < height; ++r) *to++ = bias(row + r);
    for (std::size_t column = 0; column < columns; ++column) {
      for (std::size_t r = 0; r < height; ++r) *to++ = weight(row + r, column);
    }
  }
  return to;
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_MATRIX_TILE_INL_H_
