#pragma once

#include <string>

namespace namrack::test {

/// Has an interactive bash of its own, on a terminal of its own, read `script` and then `typed`, in which \t
/// completes as at a prompt, in the working directory `folder`. Returns the arguments, one in a line, that
/// the command `show` was called with by what was typed; empty when that did not happen within 20 s.
std::string arguments_typed(const std::string& folder, const std::string& script, const std::string& typed);

}  // namespace namrack::test
