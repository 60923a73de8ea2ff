#pragma once

#include <string>
#include <string_view>

namespace namrack::protocol {

/// The beginning of UTF-8 `text`, at most about 80 bytes, never ending within a character.
std::string shorten(std::string_view text);

/// shorten(text) in double quotes and escaped, for messages of one line.
std::string quote(std::string_view text);

}  // namespace namrack::protocol
