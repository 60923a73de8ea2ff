#include "cli/text/fields.h"

namespace namrack::cli {

std::optional<std::string> Fields::text(std::string_view key) const {
  const boost::json::value* const value = object_.if_contains(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(std::string_view(value->get_string()));
}

std::optional<double> Fields::number(std::string_view key) const {
  const boost::json::value* const value = object_.if_contains(key);
  return value != nullptr && value->is_number() ? std::optional(value->to_number<double>()) : std::nullopt;
}

bool Fields::is_true(std::string_view key) const {
  const boost::json::value* const value = object_.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

Fields Fields::object(std::string_view key) const {
  static const boost::json::object kNone;
  const boost::json::value* const value = object_.if_contains(key);
  return Fields(value != nullptr && value->is_object() ? value->get_object() : kNone);
}

}  // namespace namrack::cli
