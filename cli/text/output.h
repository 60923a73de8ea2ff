#pragma once

#include <string_view>

namespace namrack::cli {

/// Writes to standard output and flushes. Throws std::runtime_error when that fails, as on a full disk.
void print(std::string_view text);

}  // namespace namrack::cli
