#include "protocol/quote.h"

#include <boost/json/serialize.hpp>

#include "protocol/utf8.h"

namespace namrack::protocol {
namespace {

constexpr std::size_t kMaxBytes = 80;

}  // namespace

std::string shorten(std::string_view text) {
  if (text.size() <= kMaxBytes) return std::string(text);
  std::size_t end = kMaxBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string quote(std::string_view text) {
  return boost::json::serialize(shorten(printable(text)));
}

}  // namespace namrack::protocol
