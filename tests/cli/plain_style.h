#pragma once

#include "cli/text/style.h"

namespace namrack::cli {

/// Texts without colours.
inline const Style kPlain(false);

}  // namespace namrack::cli
