#include <algorithm>
#include <cmath>

#include "engine/network/reference/reference.h"

namespace namrack::engine {
namespace {

double sigmoid(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}

// The format's own approximation (nam-format: Approximations), part of the definition of "Fasttanh".
double fast_tanh(double x) {
  const double ax = std::fabs(x);
  const double x2 = x * x;
  return x * (2.45550750702956 + 2.45550750702956 * ax + (0.893229853513558 + 0.821226666969744 * ax) * x2) /
         (2.44506634652299 + (2.44506634652299 + x2) * std::fabs(x + 0.814642734961073 * x * ax));
}

double leaky_hard_tanh(const Activation& a, double x) {
  const double low = a.low;
  const double high = a.high;
  if (x < low) return (x - low) * static_cast<double>(a.low_slope) + low;
  if (x > high) return (x - high) * static_cast<double>(a.high_slope) + high;
  return x;
}

}  // namespace

double reference_activation(const Activation& a, double x, std::size_t channel) {
  switch (a.kind) {
    case ActivationKind::tanh:
      return std::tanh(x);
    case ActivationKind::fast_tanh:
      return fast_tanh(x);
    case ActivationKind::hard_tanh:
      return std::min(std::max(x, static_cast<double>(a.low)), static_cast<double>(a.high));
    case ActivationKind::relu:
      return std::max(x, 0.0);
    case ActivationKind::leaky_relu:
      return x > 0.0 ? x : static_cast<double>(a.slope) * x;
    case ActivationKind::prelu:
      return x > 0.0 ? x : static_cast<double>(a.slopes[channel]) * x;
    case ActivationKind::sigmoid:
      return sigmoid(x);
    case ActivationKind::silu:
      return x * sigmoid(x);
    case ActivationKind::hard_swish:
      return x * std::clamp(x + 3.0, 0.0, 6.0) / 6.0;
    case ActivationKind::leaky_hard_tanh:
      return leaky_hard_tanh(a, x);
    case ActivationKind::softsign:
      return x / (1.0 + std::fabs(x));
  }
  return x;
}

}  // namespace namrack::engine
