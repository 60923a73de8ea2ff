#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>

#include "parameters/values.h"

// Values of parameters as JSON: numbers, true and false, or the words of choices; objects have them by name.
namespace namrack::protocol {

/// `value` must be one that `row` allows.
boost::json::value value_json(const Parameter& row, double value);
/// Checks and converts. Throws ProtocolError(params) as check_value() does.
double value_in(const Parameter& row, const boost::json::value& value);

/// Those of `changes`, in the order of the rows.
template <std::size_t N>
boost::json::object changes_json(const std::array<Parameter, N>& rows, const Changes<N>& changes) {
  boost::json::object object;
  for (std::size_t i = 0; i < N; ++i)
    if (const auto value = changes[i]) object[rows[i].name] = value_json(rows[i], *value);
  return object;
}

/// All of them, likewise.
template <std::size_t N>
boost::json::object values_json(const std::array<Parameter, N>& rows, const Values<N>& values) {
  return changes_json(rows, Changes<N>(values));
}

/// Those which `object` has; its other members are left alone. Throws as value_in().
template <std::size_t N>
Changes<N> changes_in(const std::array<Parameter, N>& rows, const boost::json::object& object) {
  Changes<N> changes;
  for (std::size_t i = 0; i < N; ++i)
    if (const boost::json::value* const value = object.if_contains(rows[i].name))
      changes.set(i, value_in(rows[i], *value));
  return changes;
}

}  // namespace namrack::protocol
