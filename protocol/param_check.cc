#include "protocol/param_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "protocol/error.h"
#include "protocol/nearest.h"
#include "protocol/quote.h"
#include "protocol/wire/json_text.h"

namespace namrack::protocol {
namespace {

/// Number of characters of a UTF-8 string that has been checked.
std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// C0 and C1 control characters and DEL, which could garble a terminal or a log.
bool has_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20U || c == 0x7FU) return true;
    const bool is_c1_lead = c == 0xC2U && i + 1 < text.size();
    if (is_c1_lead && static_cast<unsigned char>(text[i + 1]) < 0xA0U) return true;
  }
  return false;
}

bool is_label(const boost::json::value& value, std::size_t min, std::size_t max) {
  if (!value.is_string()) return false;
  const std::string_view text = value.get_string();
  const std::size_t length = count_characters(text);
  return length >= min && length <= max && !has_control_character(text);
}

bool is_path(const boost::json::value& value) {
  if (!value.is_string()) return false;
  const std::string_view text = value.get_string();
  return !text.empty() && text.size() <= kMaxPathBytes && text.find('\0') == std::string_view::npos;
}

bool is_number_within(const boost::json::value& value, double min, double max) {
  if (!value.is_number()) return false;
  const auto number = value.to_number<double>();
  return std::isfinite(number) && number >= min && number <= max;
}

bool is_integer_within(const boost::json::value& value, double min, double max) {
  if (!is_number_within(value, min, max)) return false;
  const auto number = value.to_number<double>();
  return std::trunc(number) == number;
}

bool is_choice(const boost::json::value& value, std::span<const std::string_view> choices) {
  return value.is_string() &&
         std::ranges::find(choices, std::string_view(value.get_string())) != choices.end();
}

bool is_choice_list(const boost::json::value& value, std::span<const std::string_view> choices) {
  return value.is_array() &&
         std::ranges::all_of(value.get_array(), [&](const auto& item) { return is_choice(item, choices); });
}

bool is_list(const boost::json::value& value, std::size_t max, bool (*fits)(const boost::json::value&)) {
  if (!value.is_array()) return false;
  const boost::json::array& items = value.get_array();
  return !items.empty() && items.size() <= max && std::ranges::all_of(items, fits);
}

bool is_name(const boost::json::value& value) {
  return is_label(value, 1, kMaxNameCharacters);
}

bool is_scalar(const boost::json::value& value) {
  constexpr double kMost = std::numeric_limits<double>::max();
  return is_name(value) || value.is_bool() || is_number_within(value, -kMost, kMost);
}

// The parameters of its method are checked with it.
bool is_operation(const boost::json::value& value) {
  return value.is_object();
}

bool fits(const ParamSpec& param, const boost::json::value& value) {
  if (param.nullable && value.is_null()) return true;
  switch (param.type) {
    case ParamType::name:
      return is_name(value);
    case ParamType::text:
      return is_label(value, 0, kMaxTextCharacters);
    case ParamType::path:
      return is_path(value);
    case ParamType::number:
      return is_number_within(value, param.min, param.max);
    case ParamType::integer:
      return is_integer_within(value, param.min, param.max);
    case ParamType::boolean:
      return value.is_bool();
    case ParamType::on_off_toggle:
      return value.is_bool() || (value.is_string() && value.get_string() == "toggle");
    case ParamType::choice:
      return is_choice(value, param.choices);
    case ParamType::choice_list:
      return is_choice_list(value, param.choices);
    case ParamType::name_list:
      return is_list(value, kMaxNames, is_name);
    case ParamType::scalar:
      return is_scalar(value);
    case ParamType::operations:
      return is_list(value, kMaxOperations, is_operation);
  }
  return false;
}

ProtocolError params_error(std::string_view param, std::string message, std::string expected,
                           std::string found, const std::optional<std::string>& near = std::nullopt) {
  return {
      ErrorCode::params, std::move(message) + did_you_mean(near),
      with_nearest(
          {{"param", shorten(param)}, {"expected", std::move(expected)}, {"found", std::move(found)}}, near)};
}

// The fault of the value that is none of the choices, or of the first one in a list that is none.
std::optional<std::string> nearest_choice(const ParamSpec& param, const boost::json::value& value) {
  if (param.choices.empty()) return std::nullopt;
  if (value.is_string()) return nearest(std::string_view(value.get_string()), param.choices);
  if (!value.is_array()) return std::nullopt;
  for (const boost::json::value& item : value.get_array())
    if (item.is_string() && !is_choice(item, param.choices)) return nearest_choice(param, item);
  return std::nullopt;
}

const ParamSpec* find_param(const CommandSpec& command, std::string_view name) {
  const auto row = std::ranges::find(command.params, name, &ParamSpec::name);
  return row != command.params.end() ? &*row : nullptr;
}

ProtocolError unknown_param(const CommandSpec& command, std::string_view name) {
  std::vector<std::string_view> known;
  for (const ParamSpec& param : command.params) known.push_back(param.name);
  std::string expected = known.empty() ? "no parameters" : fmt::format("{}", fmt::join(known, ", "));
  const std::optional<std::string> near = nearest(name, known);
  std::string message = fmt::format("{} has no parameter {}", command.name, quote(name));
  if (!near) message += "; it takes " + expected;
  return params_error(name, std::move(message), std::move(expected), "an unknown parameter", near);
}

}  // namespace

std::string describe_value(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::array: {
      const std::size_t size = value.get_array().size();
      return size == 0 ? "an empty array" : fmt::format("an array of {}", size);
    }
    case boost::json::kind::object:
      return "an object";
    case boost::json::kind::string: {
      return "the string " + quote(value.get_string());
    }
    default:
      return json_text(value);
  }
}

std::string describe_type(const ParamSpec& param) {
  const auto range = [&] {
    std::string text = fmt::format("from {} to {}", param.min, param.max);
    if (param.max >= kMaxExactInteger) text = fmt::format("from {} up", param.min);
    return param.unit.empty() ? text : fmt::format("{} {}", text, param.unit);
  };
  const auto text = [&]() -> std::string {
    switch (param.type) {
      case ParamType::name:
        return fmt::format("a string of 1 to {} characters without control characters", kMaxNameCharacters);
      case ParamType::text:
        return fmt::format("a string of at most {} characters without control characters",
                           kMaxTextCharacters);
      case ParamType::path:
        return fmt::format("a path of 1 to {} bytes", kMaxPathBytes);
      case ParamType::number:
        return "a number " + range();
      case ParamType::integer:
        return "a whole number " + range();
      case ParamType::boolean:
        return "true or false";
      case ParamType::on_off_toggle:
        return "true, false or \"toggle\"";
      case ParamType::choice:
        return fmt::format("one of \"{}\"", fmt::join(param.choices, "\", \""));
      case ParamType::choice_list:
        return fmt::format("an array of \"{}\"", fmt::join(param.choices, "\", \""));
      case ParamType::name_list:
        return fmt::format("an array of 1 to {} names", kMaxNames);
      case ParamType::scalar:
        return "a number, true, false or a word";
      case ParamType::operations:
        return fmt::format("an array of 1 to {} objects {{\"method\", \"params\"}}", kMaxOperations);
    }
    return {};
  }();
  return param.nullable ? text + ", or null" : text;
}

void check_value(const ParamSpec& param, const boost::json::value& value) {
  if (fits(param, value)) return;
  std::string expected = describe_type(param);
  std::string found = describe_value(value);
  std::string message = fmt::format("{} must be {}, not {}", param.name, expected, found);
  throw params_error(param.name, std::move(message), std::move(expected), std::move(found),
                     nearest_choice(param, value));
}

void check_params(const CommandSpec& command, const boost::json::object& params) {
  for (const auto& [name, value] : params) {
    const ParamSpec* const param = find_param(command, name);
    if (param == nullptr) throw unknown_param(command, name);
    check_value(*param, value);
  }
  for (const ParamSpec& param : command.params) {
    if (!param.required || params.contains(param.name)) continue;
    std::string expected = describe_type(param);
    std::string message = fmt::format("{} needs {}: {}", command.name, param.name, expected);
    throw params_error(param.name, std::move(message), std::move(expected), "nothing");
  }
}

}  // namespace namrack::protocol
