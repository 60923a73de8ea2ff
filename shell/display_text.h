#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace namrack::shell {

/// Columns that UTF-8 `text` takes on a terminal: none for combining marks, two for East Asian wide
/// characters.
std::size_t display_width(std::string_view text);

/// `text` without the power to control a terminal: control characters and invalid bytes become '?'.
std::string printable(std::string_view text);

/// Which part of a text is left when it is too long: of a name the beginning, of a path the end.
enum class Keep { beginning, end };
/// `text` in at most `width` columns; what is left out becomes "…".
std::string shortened(std::string_view text, std::size_t width, Keep keep = Keep::beginning);

/// The lines of `text`, none wider than `width` columns as far as their words allow: broken at spaces but
/// those between a number and its unit; what is continued begins with `indent` spaces. Escape sequences take
/// no columns.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

/// "a", "a or b", "a, b or c".
std::string listed(const std::vector<std::string>& words, std::string_view last_joint = "or");

}  // namespace namrack::shell
