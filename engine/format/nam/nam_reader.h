#pragma once

#include "engine/format/families.h"
#include "engine/format/json_node.h"
#include "engine/format/model_file.h"

namespace namrack::engine {

/// A document with an "architecture" is a .nam model, whatever else it has.
bool is_nam(const FileContent& content);
ModelFile parse_nam(const FileContent& content, double quality);

/// Normalises and validates a complete model object of any architecture, with all that is nested in it.
/// `quality` as in parse_model_file(). Throws ModelError.
ModelFile parse_nam_document(const JsonNode& root, double quality);

}  // namespace namrack::engine
