#pragma once

#include "engine/model/json_node.h"
#include "engine/model/wavenet_config.h"

namespace namrack::engine {

/// Reads one entry of a WaveNet's "layers", in any of its spellings, and checks what can be checked without
/// the other arrays.
LayerArrayConfig parse_layer_array(const JsonNode& array);

}  // namespace namrack::engine
