#pragma once

#include <cstdint>
#include <memory>

#include "engine/model/lstm_config.h"
#include "engine/model/wavenet_weights.h"
#include "engine/network/network.h"

namespace namrack::engine {

/// The scalar reference path: plain loops in double precision, one sample at a time, written straight from
/// the formulas of the format. It is the oracle of the SIMD path and is not meant to be fast; its reset()
/// runs the whole prewarm.
std::shared_ptr<const NetworkPlan> make_reference_wavenet(const WaveNetConfig& config,
                                                          const WaveNetWeights& weights);
std::shared_ptr<const NetworkPlan> make_reference_lstm(const LstmConfig& config, const LstmWeights& weights,
                                                       std::uint64_t prewarm_frames);

/// An activation in double precision; `channel` selects the slope of a PReLU.
double reference_activation(const Activation& activation, double x, std::size_t channel);

}  // namespace namrack::engine
