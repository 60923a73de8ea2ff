#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <sstream>

#include "tests/protocol/transcript.h"

namespace namrack::protocol {
namespace {

namespace json = boost::json;
using Mismatch = std::optional<std::string>;

constexpr std::string_view kMore = "...";

Mismatch match(const std::string& where, const json::value& pattern, const json::value& actual);

Mismatch report(const std::string& where, const std::string& expected, const std::string& found) {
  return fmt::format("{}: expected {}, found {}", where.empty() ? "message" : where, expected, found);
}

bool is_integer(const json::value& value) {
  return value.is_number() && std::trunc(value.to_number<double>()) == value.to_number<double>();
}

bool is_of_kind(const json::value& value, std::string_view kind) {
  if (kind == "any") return true;
  if (kind == "string") return value.is_string();
  if (kind == "number") return value.is_number();
  if (kind == "integer") return is_integer(value);
  if (kind == "bool") return value.is_bool();
  if (kind == "null") return value.is_null();
  if (kind == "array") return value.is_array();
  if (kind == "object") return value.is_object();
  throw std::runtime_error(fmt::format("unknown placeholder <{}>", kind));
}

bool is_placeholder(const json::value& pattern) {
  if (!pattern.is_string()) return false;
  const std::string_view text = pattern.get_string();
  return text.size() > 2 && text.front() == '<' && text.back() == '>';
}

Mismatch match_placeholder(const std::string& where, const json::value& pattern, const json::value& actual) {
  const std::string text(std::string_view(pattern.get_string()));
  std::istringstream kinds(text.substr(1, text.size() - 2));
  bool fits = false;
  for (std::string kind; std::getline(kinds, kind, '|');) fits = is_of_kind(actual, kind) || fits;
  return fits ? std::nullopt : report(where, text, json::serialize(actual));
}

Mismatch match_object(const std::string& where, const json::object& pattern, const json::object& actual) {
  const std::string prefix = where.empty() ? "" : where + ".";
  for (const auto& [key, expected] : pattern) {
    if (key == kMore) continue;
    const json::value* const found = actual.if_contains(key);
    if (found == nullptr)
      return report(prefix + std::string(key), json::serialize(expected), "no such member");
    if (Mismatch mismatch = match(prefix + std::string(key), expected, *found)) return mismatch;
  }
  if (pattern.contains(kMore)) return std::nullopt;
  for (const auto& [key, value] : actual) {
    if (!pattern.contains(key))
      return report(prefix + std::string(key), "no such member", json::serialize(value));
  }
  return std::nullopt;
}

Mismatch match_array(const std::string& where, const json::array& pattern, const json::array& actual) {
  const bool may_have_more = !pattern.empty() && pattern.back() == json::value(kMore);
  const std::size_t count = pattern.size() - (may_have_more ? 1 : 0);
  if (may_have_more ? actual.size() < count : actual.size() != count) {
    return report(where, fmt::format("{} elements", count), fmt::format("{}", actual.size()));
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (Mismatch mismatch = match(fmt::format("{}[{}]", where, i), pattern[i], actual[i])) return mismatch;
  }
  return std::nullopt;
}

Mismatch match(const std::string& where, const json::value& pattern, const json::value& actual) {
  if (is_placeholder(pattern)) return match_placeholder(where, pattern, actual);
  if (pattern.is_object() && actual.is_object()) {
    return match_object(where, pattern.get_object(), actual.get_object());
  }
  if (pattern.is_array() && actual.is_array())
    return match_array(where, pattern.get_array(), actual.get_array());
  const bool are_numbers = pattern.is_number() && actual.is_number();
  const bool is_equal =
      are_numbers ? pattern.to_number<double>() == actual.to_number<double>() : pattern == actual;
  return is_equal ? std::nullopt : report(where, json::serialize(pattern), json::serialize(actual));
}

}  // namespace

std::optional<std::string> find_mismatch(const json::value& pattern, const json::value& actual) {
  return match("", pattern, actual);
}

std::optional<std::string> find_mismatch(std::string_view pattern, std::string_view actual) {
  json::error_code error;
  const json::value value = json::parse(actual, error);
  if (error) return fmt::format("message: expected JSON, found {}", actual);
  return find_mismatch(json::parse(pattern), value);
}

}  // namespace namrack::protocol
