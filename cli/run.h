#pragma once

#include <string>
#include <vector>

#include "cli/exit_code.h"

namespace namrack::cli {

/// Carries out one command line (without the program's name): results to standard output, errors as one line
/// to standard error, and with --json as a JSON-RPC error object to standard output as well.
ExitCode run(const std::vector<std::string>& arguments);

}  // namespace namrack::cli
