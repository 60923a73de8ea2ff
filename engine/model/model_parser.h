#pragma once

#include "engine/format/model_info.h"
#include "engine/model/json_node.h"
#include "engine/model/network_description.h"

namespace namrack::engine {

/// A model file's content: what it says of itself, and the one network that is to be played.
struct ParsedModel {
  ModelInfo info;
  NetworkDescription network;
};

/// Normalises and validates a complete model object of any architecture, with all that is nested in it.
/// `quality` (0..1) selects the submodel or the width of models that have several sizes. Throws ModelError.
ParsedModel parse_model(const JsonNode& root, double quality);

}  // namespace namrack::engine
