#include "cli/commands/setting_argument.h"

#include <charconv>
#include <cmath>

#include "parameters/settings.h"

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

boost::json::value parse_value(const Parameter* row, std::string_view text) {
  if (row == nullptr || row->is_number()) {
    if (const std::optional<double> number = parse_number(text)) return *number;
  } else if (row->kind == ParameterKind::boolean && (text == "true" || text == "false")) {
    return text == "true";
  }
  return boost::json::value(text);
}

std::optional<SettingArgument> parse_setting(std::string_view argument) {
  const std::size_t split = argument.find('=');
  if (split == std::string_view::npos || split == 0) return std::nullopt;
  const std::string_view key = argument.substr(0, split);
  return SettingArgument{std::string(key),
                         parse_value(find_parameter(kSettings, key), argument.substr(split + 1))};
}

}  // namespace namrack::cli
