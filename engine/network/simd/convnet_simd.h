#pragma once

#include <memory>

#include "engine/network/description/convnet.h"
#include "engine/network/network.h"

namespace namrack::engine {

/// Packs a ConvNet for the best SIMD target of this CPU.
std::shared_ptr<const NetworkPlan> make_simd_convnet(const ConvNetConfig& config,
                                                     const ConvNetWeights& weights);

}  // namespace namrack::engine
