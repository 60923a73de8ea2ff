#pragma once

#include <cstddef>
#include <cstdint>

namespace namrack::engine {

/// Memory and time that a network takes when it is loaded, computed from its geometry before anything is
/// allocated.
struct NetworkCost {
  std::uint64_t matrix_floats = 0;   ///< of packed matrices; also about the multiply-adds a sample
  std::uint64_t history_floats = 0;  ///< of one stream
  std::uint64_t settling_macs = 0;   ///< multiply-adds until its recurrent parts have settled
};

/// A signal of which a network keeps the past.
struct HistoryShape {
  std::size_t channels = 0;
  std::size_t reach = 0;  ///< frames before the current one that are read
};

/// Frames that a history may hold beyond its reach, whatever its layout.
inline constexpr std::uint64_t kHistoryMargin = 576;

}  // namespace namrack::engine
