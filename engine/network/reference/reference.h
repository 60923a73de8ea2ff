#pragma once

#include <cstdint>
#include <memory>

#include "engine/network/description/network_description.h"
#include "engine/network/network.h"

namespace namrack::engine {

/// The scalar reference path: plain loops in double precision, one sample at a time, written straight from
/// the formulas of the format. It is the oracle of the SIMD path and is not meant to be fast; its reset()
/// runs the whole prewarm, `prewarm_frames` of silence. `condition` is the plan of config.condition, or null.
std::shared_ptr<const NetworkPlan> make_reference_wavenet(const WaveNetDescription& description,
                                                          std::shared_ptr<const NetworkPlan> condition,
                                                          std::uint64_t prewarm_frames);
std::shared_ptr<const NetworkPlan> make_reference_lstm(const LstmDescription& description,
                                                       std::uint64_t prewarm_frames);
std::shared_ptr<const NetworkPlan> make_reference_convnet(const ConvNetDescription& description,
                                                          std::uint64_t prewarm_frames);
std::shared_ptr<const NetworkPlan> make_reference_linear(const LinearDescription& description);

/// An activation in double precision; `channel` selects the slope of a PReLU.
double reference_activation(const Activation& activation, double x, std::size_t channel);

}  // namespace namrack::engine
