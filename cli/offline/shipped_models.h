#pragma once

#include <filesystem>
#include <vector>

#include "protocol/socket_path.h"

namespace namrack::cli {

/// Model files to measure when none are named, sorted: from $NAMRACK_FIXTURES/models/random, else from
/// share/namrack/models beside the folder of this program, else from fixtures/models/random beside its build
/// folder. Empty when there are none.
std::vector<std::filesystem::path> shipped_models(const protocol::Environment& environment);

}  // namespace namrack::cli
