#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace namrack::protocol {

/// The one of `names` that `word` was most likely meant to be: by the fewest letters that are inserted, left
/// out, exchanged or swapped with their neighbour, capitals aside; or the only one that begins with it.
/// nullopt: none is near. Threads: any.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string_view> names);
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& names);

/// For the end of a sentence: "; did you mean \"lead\"?", or nothing.
std::string did_you_mean(const std::optional<std::string>& name);

/// `data` of an error, and the name in it as "nearest", if there is one.
boost::json::object with_nearest(boost::json::object data, const std::optional<std::string>& name);

}  // namespace namrack::protocol
