#pragma once

#include <cstddef>

namespace namrack::player {

/// What models may take.
struct Budgets {
  static constexpr double kDefaultMegabytes = 512.0;

  /// Of memory, all models of the bank together, in bytes.
  std::size_t memory = static_cast<std::size_t>(kDefaultMegabytes) << 20U;
  /// Of a block's deadline: one model alone, or two that crossfade. The rest is for JACK and for bad luck.
  double cpu = 0.8;
};

}  // namespace namrack::player
