// The end of a layer array: the convolution over its skip sum; compiled once per SIMD target (nam-format:
// section 5).

#include <cstddef>

#include "engine/network/simd/history-inl.h"
#include "engine/network/simd/matrix_tile-inl.h"
#include "engine/network/simd/tile-inl.h"
#include "engine/network/simd/wavenet_plan-inl.h"

#if defined(NAMRACK_SIMD_ARRAY_HEAD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_ARRAY_HEAD_INL_H_
#undef NAMRACK_SIMD_ARRAY_HEAD_INL_H_
#else
#define NAMRACK_SIMD_ARRAY_HEAD_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

/// The places where an array writes.
struct ArrayOutput {
  Rows residual;  ///< the residual signal behind its last layer
  Rows head;      ///< what its head makes of its skip sum
};

/// The head of an array: from its skip sum in `skip` to `out`.
template <class Outputs, class Columns>
void run_array_head(const PackedArray& array, History& history, const Tile& tile, Rows skip, Rows out) {
  const Outputs rows(array.config.head.out_channels);
  const Columns columns(array.config.skip_size());
  const StoreTo store{out};
  if (!array.head_has_history()) {
    multiply(array.head.matrix, rows, tile.vectors, store, signal(skip.base, columns, skip.stride));
    return;
  }
  const auto past = read_taps(history, tile, Dim<0>(array.head.taps), array.head.dilation, columns);
  if constexpr (Outputs::kStatic == 1) {
    // A single row has few sums: each would wait for the product before it.
    multiply(array.head.matrix, rows, tile.vectors, store, apart(past));
  } else {
    multiply(array.head.matrix, rows, tile.vectors, store, past);
  }
  history.advance(tile.frames);
}

/// The same for an array of `Channels` channels that are also those of its skip sum; specialised for a single
/// output.
template <class Channels>
HWY_INLINE void run_plain_head(const PackedArray& array, History& history, const Tile& tile, Rows skip,
                               Rows out) {
  if constexpr (Channels::kStatic > 0) {
    if (array.config.head.out_channels == 1)
      return run_array_head<Dim<1>, Channels>(array, history, tile, skip, out);
  }
  run_array_head<Dim<0>, Dim<0>>(array, history, tile, skip, out);
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_ARRAY_HEAD_INL_H_
