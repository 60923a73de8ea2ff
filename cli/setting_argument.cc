#include "cli/setting_argument.h"

#include <charconv>
#include <cmath>

#include "protocol/settings.h"

namespace namrack::cli {
namespace {

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0.0;
  const char* const end = text.data() + text.size();
  const std::from_chars_result result = std::from_chars(text.data(), end, number);
  const bool is_number = result.ec == std::errc() && result.ptr == end && std::isfinite(number);
  return is_number ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<Setting> parse_setting(std::string_view argument) {
  const std::size_t split = argument.find('=');
  if (split == std::string_view::npos || split == 0) return std::nullopt;
  const std::string_view key = argument.substr(0, split);
  const std::string_view text = argument.substr(split + 1);
  const protocol::ParamSpec* const setting = protocol::find_setting(key);
  const bool may_be_number = setting == nullptr || setting->type == protocol::ParamType::number;
  const std::optional<double> number = may_be_number ? parse_number(text) : std::nullopt;
  return Setting{std::string(key), number ? boost::json::value(*number) : boost::json::value(text)};
}

}  // namespace namrack::cli
