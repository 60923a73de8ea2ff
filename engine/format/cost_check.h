#pragma once

#include "engine/format/json_node.h"
#include "engine/network/description/network_cost.h"

namespace namrack::engine {

/// Throws ModelError(unsupported) when a network is beyond the limits. `config` is the place to name.
void check_cost(const NetworkCost& cost, const JsonNode& config);

}  // namespace namrack::engine
