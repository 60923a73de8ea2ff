#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace namrack::protocol {

/// Where the first byte stands that is part of no UTF-8 character, from 0; nullopt: all is well.
std::optional<std::size_t> invalid_utf8(std::string_view text);

/// The fault of a text and the remedy: "byte 0xE9 at position 5 is not UTF-8; give it another name". Empty:
/// nothing.
std::string utf8_fault(std::string_view text);

/// `text`, with `\xE9` in place of each byte that is not UTF-8: for messages about it, which a person reads.
/// `mark` is what stands before the two digits.
std::string printable(std::string_view text, std::string_view mark = "\\x");

/// UTF-8 `text` without capitals, accents and forms of letters, by Unicode's own tables: for comparing what
/// people type.
std::string fold(std::string_view text);

/// Throws ProtocolError(params) when `path` is not UTF-8. Every path that has come from the system (a link's
/// target, the working folder) has to pass before it is kept.
void require_utf8_path(std::string_view path);

}  // namespace namrack::protocol
