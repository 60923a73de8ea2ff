#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace namrack::cli {

struct Setting {
  std::string key;
  boost::json::value value;
};

/// Reads "KEY=VALUE"; nullopt without a key and '='. The value becomes a number where the table of settings
/// has numbers, or where the key is unknown and the value looks like one: whether it is right is for the
/// daemon to judge, which may be newer than this program.
std::optional<Setting> parse_setting(std::string_view argument);

}  // namespace namrack::cli
