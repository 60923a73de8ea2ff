#pragma once

#include <vector>

namespace namrack::engine {

/// The activation functions of the format (nam-format: Activations).
enum class ActivationKind {
  tanh,
  fast_tanh,
  hard_tanh,  // low, high
  relu,
  leaky_relu,  // slope
  prelu,       // slopes
  sigmoid,
  silu,
  hard_swish,
  leaky_hard_tanh,  // low, high, low_slope, high_slope
  softsign,
};

/// One activation with its parameters; those that its kind does not name are unused.
struct Activation {
  ActivationKind kind = ActivationKind::tanh;
  float low = -1.0F, high = 1.0F;
  float low_slope = 0.01F, high_slope = 0.01F;
  float slope = 0.01F;
  std::vector<float> slopes;  ///< PReLU: one a channel

  bool operator==(const Activation&) const = default;
};

}  // namespace namrack::engine
