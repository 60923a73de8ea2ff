#pragma once

#include <string_view>

#include "engine/format/model_info.h"
#include "engine/network/description/network_description.h"

namespace namrack::engine {

/// The content of a model file: all that it says of itself, and the one network that is to be played.
struct ModelFile {
  ModelInfo info;
  NetworkDescription network;
};

/// Reads the content of a file of any family. `quality` (0..1) selects the submodel or the width of models
/// that have several sizes. Throws ModelError, without the file's name.
ModelFile parse_model_file(std::string_view bytes, double quality);

}  // namespace namrack::engine
