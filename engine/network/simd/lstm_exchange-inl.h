// How the lanes that hold the hidden units of an LSTM exchange them, compiled once per SIMD target. A
// broadcast of each unit would take a permutation across the vector; instead every lane hears another unit in
// each column, and its weights are packed in that order.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "hwy/highway.h"

#if defined(NAMRACK_SIMD_LSTM_EXCHANGE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_LSTM_EXCHANGE_INL_H_
#undef NAMRACK_SIMD_LSTM_EXCHANGE_INL_H_
#else
#define NAMRACK_SIMD_LSTM_EXCHANGE_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The unit, of `units`, that the lane of `unit` hears in column j: each one in one of the columns. Units
/// that fill blocks of four lanes are exchanged within these, and the blocks among each other.
constexpr std::size_t exchanged_unit(std::size_t unit, std::size_t j, std::size_t units) {
  if (std::has_single_bit(units)) return unit ^ j;
  const std::size_t within_block = units % 4 == 0 ? j % 4 : 0;
  return (unit + j - within_block) % units ^ within_block;
}

/// [column][lane]: the lanes that are heard where `layers` layers of `units` each stand behind each other in
/// vectors of `lanes`. Lanes behind them hear themselves.
inline std::vector<std::int32_t> exchange_table(std::size_t layers, std::size_t units, std::size_t lanes) {
  std::vector<std::int32_t> table(units * lanes);
  for (std::size_t j = 0; j < units; ++j) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const std::size_t unit = lane % units;
      const bool hears = lane < layers * units;
      table[j * lanes + lane] =
          static_cast<std::int32_t>(hears ? lane - unit + exchanged_unit(unit, j, units) : lane);
    }
  }
  return table;
}

/// The units that the lanes hear in column j, by a table of exchange_table().
template <class D, class V = hn::Vec<D>>
HWY_INLINE V exchange_by_table(D d, V hidden, const std::int32_t* table, std::size_t j) {
  return hn::TableLookupLanes(hidden, hn::SetTableIndices(d, table + j * hn::Lanes(d)));
}

#if HWY_TARGET != HWY_SCALAR
/// Column 4 b, of kBlocks blocks of four units.
template <std::size_t kBlocks, class D, class V = hn::Vec<D>>
HWY_INLINE V exchange_blocks(D d, V hidden, const std::int32_t* table, std::size_t b) {
  if (b == 0) return hidden;
  if constexpr (hn::MaxLanes(d) == 8) {
    return hn::ConcatLowerUpper(d, hidden, hidden);
  } else if constexpr (hn::MaxLanes(d) == 16 && std::has_single_bit(kBlocks)) {
    if (b == 1) return hn::SwapAdjacentBlocks(hidden);
    if (b == 2) return hn::ConcatLowerUpper(d, hidden, hidden);
    return hn::ReverseBlocks(d, hidden);
  } else {
    return exchange_by_table(d, hidden, table, 4 * b);
  }
}
#endif

/// The same as by the table, of layers of kUnits units each (0: not known), by quicker permutations where
/// there are such.
template <std::size_t kUnits, class D, class V = hn::Vec<D>>
HWY_INLINE V exchange(D d, V hidden, const std::int32_t* table, std::size_t j) {
#if HWY_TARGET != HWY_SCALAR
  if constexpr (kUnits > 0 && kUnits % 4 == 0) {
    const V v = exchange_blocks<kUnits / 4>(d, hidden, table, j / 4);
    if (j % 4 == 1) return hn::Shuffle2301(v);
    if (j % 4 == 2) return hn::Shuffle1032(v);
    if (j % 4 == 3) return hn::Shuffle0123(v);
    return v;
  }
#endif
  return exchange_by_table(d, hidden, table, j);
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_LSTM_EXCHANGE_INL_H_
