#pragma once

#include <memory>

#include "engine/network/description/linear.h"
#include "engine/network/network.h"

namespace namrack::engine {

/// Packs a Linear for the best SIMD target of this CPU: a convolver, and the bias.
std::shared_ptr<const NetworkPlan> make_simd_linear(const LinearWeights& weights);

}  // namespace namrack::engine
