#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace namrack::cli {

/// Columns that UTF-8 `text` takes on a terminal: none for combining marks, two for East Asian wide
/// characters.
std::size_t display_width(std::string_view text);

/// `text` without the power to control a terminal: control characters and invalid bytes become '?'.
std::string printable(std::string_view text);

}  // namespace namrack::cli
