#include "protocol/utf8.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <cstdlib>
#include <memory>

#include "protocol/error.h"
#include "protocol/quote.h"

namespace namrack::protocol {

std::optional<std::size_t> invalid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto* const rest = reinterpret_cast<const utf8proc_uint8_t*>(text.data() + i);
    utf8proc_int32_t character = 0;
    const utf8proc_ssize_t length =
        utf8proc_iterate(rest, static_cast<utf8proc_ssize_t>(text.size() - i), &character);
    if (length <= 0) return i;
    i += static_cast<std::size_t>(length);
  }
  return std::nullopt;
}

std::string utf8_fault(std::string_view text) {
  const std::optional<std::size_t> place = invalid_utf8(text);
  if (!place) return {};
  return fmt::format("byte 0x{:02X} at position {} is not UTF-8; give it another name",
                     static_cast<unsigned char>(text[*place]), *place + 1);
}

std::string printable(std::string_view text, std::string_view mark) {
  std::string result;
  for (auto place = invalid_utf8(text); place; place = invalid_utf8(text)) {
    result += text.substr(0, *place);
    result += fmt::format("{}{:02X}", mark, static_cast<unsigned char>(text[*place]));
    text.remove_prefix(*place + 1);
  }
  result += text;
  return result;
}

std::string fold(std::string_view text) {
  constexpr auto kOptions = static_cast<utf8proc_option_t>(
      UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK);
  utf8proc_uint8_t* result = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &result, kOptions);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(result, &std::free);
  if (size < 0) return std::string(text);
  return {reinterpret_cast<const char*>(result), static_cast<std::size_t>(size)};
}

void require_utf8_path(std::string_view path) {
  const std::string fault = utf8_fault(path);
  if (fault.empty()) return;
  const std::string shown = printable(path);
  throw ProtocolError(ErrorCode::params, quote(shown) + ": " + fault, {{"path", shown}});
}

}  // namespace namrack::protocol
