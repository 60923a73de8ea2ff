// Small matrix times many frames, compiled once per SIMD target: the one kernel under every convolution and
// 1x1 of a WaveNet.
//
// Signals are planar: one contiguous stream of frames a channel, so that the SIMD lanes hold frames and no
// channel count wastes any. A register tile holds the sums of some output rows x some vectors of frames;
// each input vector is loaded once a tile and every weight is broadcast. Weights are packed in the order of
// their use.

#include <cstddef>

#include "engine/base/dim.h"
#include "engine/network/simd/history_layout.h"
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
/// Whether there are 32 vector registers, which hold 16 sums with room to spare, or 16.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL || HWY_TARGET == HWY_NEON
inline constexpr bool kManyRegisters = true;
#else
inline constexpr bool kManyRegisters = false;
#endif
/// The height of a register tile for matrices that 4 rows do not suit as well; 4: there are none.
#if HWY_TARGET == HWY_NEON
inline constexpr std::size_t kTallTile = 8;
#else
inline constexpr std::size_t kTallTile = kManyRegisters ? 4 : 6;
#endif
/// Rows of the register tiles that a matrix of `rows` rows is cut into.
constexpr std::size_t row_tile(std::size_t rows) {
  const bool tall = kTallTile == 8 ? rows > 0 && rows % 8 == 0 : rows == kTallTile;
  return tall ? kTallTile : 4;
}
/// Whether a matrix of `rows` rows, known at compile time (else 0), is a single tile high.
constexpr bool is_one_tile(std::size_t rows) {
  return rows > 0 && rows <= row_tile(rows);
}
/// Vectors of frames that a tile of `rows` rows spans. A core keeps about 8 multiply-adds in flight, so tiles
/// of few rows take more vectors. Sums apart take twice the registers, for which 4 rows are too many.
constexpr std::size_t vec_tile(std::size_t rows, bool apart) {
  if (apart && rows == 4) return 2;
  if (kManyRegisters) return rows == 1 ? 8 : rows == 8 ? 2 : 4;
  return rows < 3 ? 4 : rows == 3 ? 3 : 2;
}
/// How many tiles of `height` rows are made at a time where a block is a single vector of frames, as blocks
/// of 16 are with AVX-512: one tile has too few sums to hide the latency. `rows` is 0 if not known at compile
/// time.
constexpr std::size_t tiles_of_a_vector(std::size_t rows, std::size_t height) {
  if (kLanes < 16 || height < 4) return 1;
  if (rows == 0) return 2;
  return rows / height < 4 ? rows / height : 4;
}
/// Whether kernels with compile-time dimensions are worth their compile time: not on x86 CPUs of before 2013,
/// nor in the sanitizer builds.
#if defined(NAMRACK_GENERAL_SHAPES_ONLY) || HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128 || \
    HWY_TARGET == HWY_SSSE3 || HWY_TARGET == HWY_SSE4
inline constexpr bool kSpecialise = false;
#else
inline constexpr bool kSpecialise = true;
#endif

/// The input of a matrix, as the `taps` taps of a dilated convolution see it: from `base` + `oldest` on, and
/// each further tap `dilation` floats later, in a ring of `length` floats, which no dilation exceeds; the
/// channels of a tap lie `stride` floats apart.
template <class Taps, class Channels>
struct Operand {
  static constexpr bool kApart = false;
  const float* base;
  std::size_t oldest, dilation, length;
  Taps taps;
  Channels channels;
  std::size_t stride;
};
/// The same, but the products of each tap are summed apart before they join the others: a tap that is known
/// late delays the sums by its own products only.
template <class Taps, class Channels>
struct ApartOperand : Operand<Taps, Channels> {
  static constexpr bool kApart = true;
};
template <class Taps, class Channels>
ApartOperand<Taps, Channels> apart(const Operand<Taps, Channels>& operand) {
  return {operand};
}
/// A signal as it is, the input of a 1x1.
template <class Channels>
Operand<Dim<1>, Channels> signal(const float* base, Channels channels, std::size_t stride) {
  return {base, 0, 0, 1, Dim<1>(1), channels, stride};
}

/// Makes the compiler hold `v` in a register. Left to itself GCC folds the load of an input vector into each
/// of the multiply-adds that use it, and the load ports, not the arithmetic, bound the kernel.
template <class V>
HWY_INLINE V pinned(V v) {
#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128
  return v;
#elif HWY_ARCH_X86
  asm("" : "+v"(v.raw));
  return v;
#elif HWY_ARCH_ARM
  asm("" : "+w"(v.raw));
  return v;
#endif
}

/// The sums of kTiles register tiles, one below the other.
template <std::size_t kTiles, std::size_t kRows, std::size_t kVecs>
using Sums = FloatVec[kTiles][kRows][kVecs];

/// Adds weights x one channel of a tap to the sums and moves `weights` past what it used; those of the next
/// tile of rows lie `tile_size` floats behind. `is_first`: the sums begin with these products.
template <std::size_t kTiles, std::size_t kRows, std::size_t kVecs>
HWY_INLINE void add_channel(const float*& weights, std::size_t tile_size, bool is_first,
                            const FloatVec (&in)[kVecs], Sums<kTiles, kRows, kVecs>& sums) {
  for (std::size_t t = 0; t < kTiles; ++t) {
    for (std::size_t r = 0; r < kRows; ++r) {
      const FloatVec weight = hn::Set(FloatTag(), weights[t * tile_size + r]);
      for (std::size_t v = 0; v < kVecs; ++v) {
        FloatVec& sum = sums[t][r][v];
        sum = is_first ? hn::Mul(weight, in[v]) : hn::MulAdd(weight, in[v], sum);
      }
    }
  }
  weights += kRows;
}
template <std::size_t kTiles, std::size_t kRows, std::size_t kVecs>
HWY_INLINE void add_sums(const Sums<kTiles, kRows, kVecs>& products, Sums<kTiles, kRows, kVecs>& sums) {
  for (std::size_t t = 0; t < kTiles; ++t) {
    for (std::size_t r = 0; r < kRows; ++r) {
      for (std::size_t v = 0; v < kVecs; ++v) sums[t][r][v] = hn::Add(sums[t][r][v], products[t][r][v]);
    }
  }
}

/// Adds weights x a tap, whose frames in the tile begin at `tap`, to the sums, as add_channel() says.
template <std::size_t kTiles, std::size_t kRows, std::size_t kVecs, class Input>
HWY_INLINE void add_tap(const float*& weights, std::size_t tile_size, const Input& x, const float* tap,
                        Sums<kTiles, kRows, kVecs>& sums) {
  const FloatTag d;
  [[maybe_unused]] Sums<kTiles, kRows, kVecs> products;
  for (std::size_t c = 0; c < x.channels; ++c) {
    FloatVec in[kVecs];
    for (std::size_t v = 0; v < kVecs; ++v) {
      const FloatVec x_v = hn::LoadU(d, tap + v * kLanes);
      in[v] = kRows > 1 ? pinned(x_v) : x_v;
    }
    if constexpr (Input::kApart) {
      add_channel<kTiles, kRows, kVecs>(weights, tile_size, c == 0, in, products);
    } else {
      add_channel<kTiles, kRows, kVecs>(weights, tile_size, false, in, sums);
    }
    tap += x.stride;
  }
  if constexpr (Input::kApart) add_sums<kTiles, kRows, kVecs>(products, sums);
}

/// Adds weights x operand to the sums, tap by tap.
template <std::size_t kTiles, std::size_t kRows, std::size_t kVecs, class Input>
HWY_INLINE void accumulate(const float*& weights, std::size_t tile_size, const Input& x, std::size_t frame,
                           Sums<kTiles, kRows, kVecs>& sums) {
  const float* tap = x.base + x.oldest + frame;
  const float* const end = x.base + x.length + frame;
  for (std::size_t k = 0; k < x.taps; ++k) {
    add_tap<kTiles, kRows, kVecs>(weights, tile_size, x, tap, sums);
    tap += x.dilation;
    if (tap >= end) tap -= x.length;
  }
}

/// kTiles tiles of kRows x kVecs sums; `weights` are those of the first row.
template <std::size_t kTiles, std::size_t kRows, std::size_t kVecs, class Epilogue, class... Operands>
HWY_INLINE void tiles(const float* weights, std::size_t row, std::size_t frame, const Epilogue& epilogue,
                      const Operands&... operands) {
  const FloatTag d;
  const std::size_t tile_size = kRows * (1 + (std::size_t{0} + ... + (operands.taps * operands.channels)));
  Sums<kTiles, kRows, kVecs> sums;
  for (std::size_t t = 0; t < kTiles; ++t) {
    for (std::size_t r = 0; r < kRows; ++r) {
      for (std::size_t v = 0; v < kVecs; ++v) sums[t][r][v] = hn::Set(d, weights[t * tile_size + r]);  // bias
    }
  }
  weights += kRows;
  (accumulate<kTiles, kRows, kVecs>(weights, tile_size, operands, frame, sums), ...);
  for (std::size_t t = 0; t < kTiles; ++t) {
    // A copy: of an array whose address the epilogue is given, GCC stores every sum after every column on
    // ARM.
    FloatVec sum[kRows][kVecs];
    for (std::size_t r = 0; r < kRows; ++r) {
      for (std::size_t v = 0; v < kVecs; ++v) sum[r][v] = sums[t][r][v];
    }
    epilogue(row + t * kRows, frame, sum);
  }
}

/// kRows rows over the at most kMost vectors from `vector` on, in tiles of kVecs vectors; what does not fill
/// a tile gets smaller ones.
template <std::size_t kRows, std::size_t kVecs, std::size_t kMost, class Epilogue, class... Operands>
HWY_INLINE void strip(const float* weights, std::size_t row, std::size_t vector, std::size_t vectors,
                      const Epilogue& epilogue, const Operands&... operands) {
  if constexpr (kMost >= 2 * kVecs) {
    for (; vector + kVecs <= vectors; vector += kVecs) {
      tiles<1, kRows, kVecs>(weights, row, vector * kLanes, epilogue, operands...);
    }
  } else if (vector + kVecs <= vectors) {
    // Once at most: a loop would only cost registers for its many addresses.
    tiles<1, kRows, kVecs>(weights, row, vector * kLanes, epilogue, operands...);
    vector += kVecs;
    if constexpr (kVecs == kMost) return;
  }
  if constexpr (kVecs > 1) {
    strip<kRows, kVecs - kVecs / 2, kVecs - 1>(weights, row, vector, vectors, epilogue, operands...);
  }
}

/// Floats that pack() writes for a matrix of `rows` x `columns` with bias.
inline std::size_t packed_size(std::size_t rows, std::size_t columns) {
  return rows * (columns + 1);
}

/// As many tiles of kHeight rows as fit between `row` and `rows`; returns the first row left. A width known
/// at compile time (Rows) needs few kinds of tiles, and compiles no others.
template <std::size_t kHeight, class Rows, class Epilogue, class... Operands>
HWY_INLINE std::size_t strips(const float* weights, Rows rows, std::size_t row, std::size_t vectors,
                              const Epilogue& epilogue, const Operands&... operands) {
  constexpr std::size_t kKnown = Rows::kStatic;
  constexpr std::size_t kTile = row_tile(kKnown);
  if constexpr (kKnown == 0 || (kHeight == kTile && kHeight <= kKnown) || kHeight == kKnown % kTile) {
    const std::size_t columns = (std::size_t{0} + ... + (operands.taps * operands.channels));
    const bool fits_only_whole = kHeight > 4;
    if (fits_only_whole && row_tile(rows) != kHeight) return row;
    if constexpr (constexpr std::size_t kTiles = tiles_of_a_vector(kKnown, kHeight); kTiles > 1) {
      for (; vectors == 1 && row + kTiles * kHeight <= rows; row += kTiles * kHeight) {
        tiles<kTiles, kHeight, 1>(weights + packed_size(row, columns), row, 0, epilogue, operands...);
      }
    }
    for (; row + kHeight <= rows; row += kHeight) {
      constexpr std::size_t kVecs = vec_tile(kHeight, (Operands::kApart || ...));
      strip<kHeight, kVecs, kTileFrames / kLanes>(weights + packed_size(row, columns), row, 0, vectors,
                                                  epilogue, operands...);
    }
  }
  return row;
}

/// For every tile: epilogue(row, frame, sum) with the first row and frame of the tile, where sum[r][v] = bias
/// + weights x operands of row + r and the vector of frames at frame + v * kLanes. `vectors` counts vectors
/// of kLanes frames; operands must be readable, and what the epilogue writes must be writable, up to that
/// many.
template <class Rows, class Epilogue, class... Operands>
HWY_INLINE void multiply(const float* weights, Rows rows, std::size_t vectors, const Epilogue& epilogue,
                         const Operands&... operands) {
  std::size_t row = 0;
  if constexpr (kTallTile > 4) row = strips<kTallTile>(weights, rows, row, vectors, epilogue, operands...);
  row = strips<4>(weights, rows, row, vectors, epilogue, operands...);
  row = strips<3>(weights, rows, row, vectors, epilogue, operands...);
  row = strips<2>(weights, rows, row, vectors, epilogue, operands...);
  strips<1>(weights, rows, row, vectors, epilogue, operands...);
}

/// Writes a matrix in the order in which multiply() reads it and returns the end. `bias(row)` and
/// `weight(row, column)` give its entries; columns run through the operands, their taps, their channels.
template <class Bias, class Weight>
float* pack(float* to, std::size_t rows, std::size_t columns, const Bias& bias, const Weight& weight) {
  const std::size_t tile = row_tile(rows);
  for (std::size_t row = 0; row < rows; row += tile) {
    const std::size_t height = rows - row < tile ? rows - row : tile;
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
