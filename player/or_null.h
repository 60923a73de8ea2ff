#pragma once

#include <boost/json/value.hpp>
#include <boost/json/value_from.hpp>
#include <optional>

namespace namrack::player {

/// A value that is not there is null on the wire.
template <typename T>
boost::json::value or_null(const std::optional<T>& value) {
  return value ? boost::json::value_from(*value) : boost::json::value(nullptr);
}

}  // namespace namrack::player
