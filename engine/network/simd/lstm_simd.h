#pragma once

#include <cstdint>
#include <memory>

#include "engine/network/description/lstm.h"
#include "engine/network/network.h"

namespace namrack::engine {

/// Packs an LSTM for the best SIMD target of this CPU. Its prewarmed state is the one after `prewarm_frames`
/// of silence, computed here once. `specialise` as for the WaveNet.
std::shared_ptr<const NetworkPlan> make_simd_lstm(const LstmConfig& config, const LstmWeights& weights,
                                                  std::uint64_t prewarm_frames, bool specialise);

}  // namespace namrack::engine
