#pragma once

#include "cli/style.h"

namespace namrack::cli {

/// Texts without colours.
inline const Style kPlain(false);

}  // namespace namrack::cli
