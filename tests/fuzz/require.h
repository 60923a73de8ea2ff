#pragma once

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace namrack::fuzz {

/// What must hold for every input whatever; otherwise the program ends as if it had crashed, so that the
/// fuzzer keeps the input. `detail` is what was seen.
inline void require(bool holds, std::string_view sentence, std::string_view detail = {}) {
  if (holds) return;
  std::cerr << "violated: " << sentence << ": " << detail.substr(0, 300) << std::endl;
  std::abort();
}

}  // namespace namrack::fuzz
