#pragma once

#include <cstdint>

#include "engine/model/json_node.h"

namespace namrack::engine {

/// What a network takes when it is loaded, computed from its geometry before anything is allocated.
struct NetworkCost {
  std::uint64_t matrix_floats = 0;   ///< of packed matrices; also about the multiply-adds a sample
  std::uint64_t history_floats = 0;  ///< of one stream
  std::uint64_t settling_macs = 0;   ///< multiply-adds until its recurrent parts have settled
};

/// Frames that a history may hold beyond its reach, whatever its layout.
inline constexpr std::uint64_t kHistoryMargin = 576;

/// Throws ModelError(unsupported) when a network is beyond the limits. `config` is the place to name.
void check_cost(const NetworkCost& cost, const JsonNode& config);

}  // namespace namrack::engine
