#pragma once

#include <string>
#include <vector>

#include "engine/format/json_node.h"

namespace namrack::engine {

/// Checks the `version` of a model object against what this build reads: 0.5.0 to 0.7.x (nam-format: version
/// gate). Returns the version; appends a sentence to `warnings` when the version is newer than what is fully
/// known. Throws ModelError: invalid for a malformed version, unsupported for one out of range.
std::string check_file_version(const JsonNode& version, std::vector<std::string>& warnings);

}  // namespace namrack::engine
