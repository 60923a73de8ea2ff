#pragma once

#include <CLI/App.hpp>
#include <string>

namespace namrack::cli {

/// A bash script that completes the commands and options of `app`, the words of the protocol's tables, files,
/// and the names of the models that the daemon has loaded.
std::string bash_completion(const CLI::App& app);

}  // namespace namrack::cli
