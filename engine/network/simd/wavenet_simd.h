#pragma once

#include <cstdint>
#include <memory>

#include "engine/network/description/wavenet.h"
#include "engine/network/network.h"

namespace namrack::engine {

/// Packs a WaveNet for the best SIMD target of this CPU. `settling_frames`: silence to run for the prewarmed
/// state, 0 for a network that one frame settles, which is any without recurrence. `specialise` selects
/// kernels with compile-time dimensions where one matches; the output is the same either way.
std::shared_ptr<const NetworkPlan> make_simd_wavenet(const WaveNetConfig& config,
                                                     const WaveNetWeights& weights,
                                                     std::shared_ptr<const NetworkPlan> condition,
                                                     std::uint64_t settling_frames, bool specialise);

}  // namespace namrack::engine
