#pragma once

#include <cstddef>
#include <functional>

#include "engine/model/model.h"

namespace namrack::player {

/// The share of each block's time that a model takes.
struct MeasuredLoad {
  double fraction = 0.0;  ///< of the block's deadline
  double spread = 0.0;    ///< engine::Cost::spread
  bool is_certain = true;
};
/// Measures it now (engine::measure_cost); `block` in frames. The builder's work.
MeasuredLoad measure_load(const engine::Model& model, std::size_t block);

/// The limits of what models may take.
struct Budgets {
  static constexpr double kDefaultMegabytes = 512.0;

  /// Memory of all models of the bank together, in bytes.
  std::size_t memory = static_cast<std::size_t>(kDefaultMegabytes) << 20U;
  /// The share of a block's deadline: one model alone, or two that crossfade. The rest is for JACK and for
  /// bad luck.
  double cpu = 0.8;
  /// Measures what one takes. Empty: nothing is measured, and so nothing refused.
  std::function<MeasuredLoad(const engine::Model&, std::size_t)> measure = measure_load;
};

}  // namespace namrack::player
