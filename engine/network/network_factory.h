#pragma once

#include <memory>

#include "engine/network/description/network_description.h"
#include "engine/network/network.h"

namespace namrack::engine {

/// Packs a network, and those nested in it, for the code path asked for. Allocates; not for the audio thread.
std::shared_ptr<const NetworkPlan> make_network_plan(const NetworkDescription& description, CodePath path);

}  // namespace namrack::engine
