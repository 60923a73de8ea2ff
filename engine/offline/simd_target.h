#pragma once

#include <string>
#include <vector>

namespace namrack::engine {

/// Names of the SIMD targets that this program has and this CPU can run, best first.
std::vector<std::string> simd_targets();

/// Makes models that are loaded from now on use no better target than `name`, one of simd_targets(); there is
/// no way back to a better one. For measurements; call it while no other thread loads models. Throws
/// std::invalid_argument for another name.
void limit_simd_target(const std::string& name);

}  // namespace namrack::engine
