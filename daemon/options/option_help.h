#pragma once

#include <string>

namespace namrack::daemon {

/// The text that --help prints, at most 80 columns wide.
std::string option_help();

/// A script that completes namrackd's options in bash.
std::string bash_completion();

}  // namespace namrack::daemon
