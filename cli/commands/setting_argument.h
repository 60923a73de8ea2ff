#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "parameters/parameter.h"

namespace namrack::cli {

struct SettingArgument {
  std::string key;
  boost::json::value value;
};

/// A value as `row`, which may be null, understands it: a number, true or false, or a word. Whether it is
/// right is for others to judge.
boost::json::value parse_value(const Parameter* row, std::string_view text);

/// Reads "KEY=VALUE"; nullopt without a key and '='. The value becomes what the table of settings has, or
/// where the key is unknown a number if it looks like one: whether it is right is for the daemon to judge,
/// which may be newer than this program.
std::optional<SettingArgument> parse_setting(std::string_view argument);

}  // namespace namrack::cli
