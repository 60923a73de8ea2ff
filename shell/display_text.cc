#include "shell/display_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace namrack::shell {
namespace {

struct Range {
  char32_t first, last;
};

constexpr std::array kCombining{Range{0x0300, 0x036F}, Range{0x1AB0, 0x1AFF}, Range{0x200B, 0x200F},
                                Range{0x20D0, 0x20FF}, Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F}};
constexpr std::array kWide{Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},  Range{0x3041, 0xA4CF},
                           Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},  Range{0xFE30, 0xFE6F},
                           Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},  Range{0x1F300, 0x1F64F},
                           Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, char32_t c) {
  return std::ranges::any_of(ranges, [c](const Range& range) { return range.first <= c && c <= range.last; });
}

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool is_valid = false;
};

/// The first character of a text that is not empty.
Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80U) return {lead, 1, true};
  const std::size_t bytes = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : 2;
  if (lead < 0xC2U || lead > 0xF4U || text.size() < bytes) return {};
  char32_t code = lead & (0xFFU >> (bytes + 1));
  for (const char c : text.substr(1, bytes - 1)) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) return {};
    code = (code << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kLeast.at(bytes) || code > 0x10FFFF || is_surrogate) return {};
  return {code, bytes, true};
}

/// Columns of the first character.
std::size_t columns(const Character& character) {
  if (character.is_valid && is_in(kCombining, character.code)) return 0;
  return character.is_valid && is_in(kWide, character.code) ? 2 : 1;
}

/// Bytes of the escape sequence that `text` begins with: 0 when there is none.
std::size_t escape_bytes(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const std::size_t end = text.find_first_not_of("0123456789;", 2);
  return end == std::string_view::npos ? text.size() : end + 1;
}

std::size_t visible_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    if (const std::size_t escape = escape_bytes(text); escape > 0) {
      text.remove_prefix(escape);
      continue;
    }
    const Character character = first_character(text);
    width += columns(character);
    text.remove_prefix(character.bytes);
  }
  return width;
}

/// Where the first word ends; a number and its unit are one.
std::size_t end_of_chunk(std::string_view line) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  const std::size_t end = line.find(' ', begin);
  if (end == std::string_view::npos || line.substr(end).starts_with("  ")) return end;
  const bool is_number =
      line.substr(begin, end - begin).find_first_not_of("0123456789.,+-(") == std::string_view::npos;
  return is_number ? line.find(' ', end + 1) : end;
}

std::string wrapped_line(std::string_view line, std::size_t width, std::size_t indent) {
  if (visible_width(line) <= width) return std::string(line);
  std::string out;
  std::size_t used = 0;
  // The line's own indentation belongs to its first word.
  std::size_t end = end_of_chunk(line);
  while (true) {
    const std::string_view word = line.substr(0, end);
    const std::size_t columns_of_word = visible_width(word);
    const bool begins = out.empty();
    if (!begins && used + columns_of_word > width) {
      out.erase(out.find_last_not_of(' ') + 1);
      out += '\n' + std::string(indent, ' ');
      used = indent;
    }
    out += word;
    used += columns_of_word;
    if (end == std::string_view::npos) return out;
    const std::size_t next = std::min(line.find_first_not_of(' ', end), line.size());
    out.append(next - end, ' ');
    used += next - end;
    line.remove_prefix(next);
    end = end_of_chunk(line);
  }
}

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x2028 && c <= 0x202E);
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    width += columns(character);
    text.remove_prefix(character.bytes);
  }
  return width;
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Character character = first_character(text);
    const bool is_safe = character.is_valid && !is_control(character.code);
    out += is_safe ? text.substr(0, character.bytes) : "?";
    text.remove_prefix(character.bytes);
  }
  return out;
}

std::string shortened(std::string_view text, std::size_t width, Keep keep) {
  std::size_t all = display_width(text);
  if (all <= width) return std::string(text);
  if (width == 0) return {};
  if (keep == Keep::end) {
    while (!text.empty() && all > width - 1) {
      const Character character = first_character(text);
      all -= columns(character);
      text.remove_prefix(character.bytes);
    }
    return "…" + std::string(text);
  }
  std::size_t used = 0;
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const Character character = first_character(text.substr(bytes));
    if (used + columns(character) > width - 1) break;
    used += columns(character);
    bytes += character.bytes;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out += wrapped_line(text.substr(0, end), width, indent);
    if (end == std::string_view::npos) break;
    out += '\n';
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string listed(const std::vector<std::string>& words, std::string_view last_joint) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 < words.size() ? ", " : ' ' + std::string(last_joint) + ' ';
    out += words[i];
  }
  return out;
}

}  // namespace namrack::shell
