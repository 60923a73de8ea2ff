#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Typed values of parameters that have passed check_params(), so that conversions cannot fail.
namespace namrack::protocol {

inline std::string string_in(const boost::json::object& params, std::string_view key) {
  return std::string(std::string_view(params.at(key).as_string()));
}

/// nullopt also for null.
inline std::optional<std::string> optional_string_in(const boost::json::object& params,
                                                     std::string_view key) {
  const boost::json::value* const value = params.if_contains(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return string_in(params, key);
}

inline std::optional<double> number_in(const boost::json::object& params, std::string_view key) {
  const boost::json::value* const value = params.if_contains(key);
  return value != nullptr ? std::optional(value->to_number<double>()) : std::nullopt;
}

/// nullopt also for null.
inline std::optional<std::uint64_t> integer_in(const boost::json::object& params, std::string_view key) {
  const boost::json::value* const value = params.if_contains(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return static_cast<std::uint64_t>(value->to_number<double>());  // at most kMaxExactInteger
}

inline bool flag_in(const boost::json::object& params, std::string_view key) {
  const boost::json::value* const value = params.if_contains(key);
  return value != nullptr && value->as_bool();
}

}  // namespace namrack::protocol
