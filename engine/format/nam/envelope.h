#pragma once

#include "engine/format/json_node.h"
#include "engine/format/model_info.h"
#include "engine/format/nam/weight_reader.h"

namespace namrack::engine {

/// The part of a model object that all architectures share. `root` must outlive it.
struct ModelEnvelope {
  JsonNode config;
  FlatWeights weights;
  ModelInfo info;  ///< without the figures that the architecture determines
};

/// Checks version, architecture name, sample rate and weights of a model object; reads its metadata
/// leniently. Throws ModelError.
ModelEnvelope read_envelope(const JsonNode& root);

}  // namespace namrack::engine
