#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "parameters/settings.h"
#include "protocol/param_spec.h"

namespace namrack::protocol {

/// kSettings as parameters of a method, sorted by name.
inline constexpr auto kSettingParams = [] {
  std::array<ParamSpec, kSettings.size()> params;
  std::ranges::transform(kSettings, params.begin(), param_of);
  std::ranges::sort(params, {}, &ParamSpec::name);
  return params;
}();

/// Their names, in the same order.
inline constexpr auto kSettingNames = [] {
  std::array<std::string_view, kSettingParams.size()> names;
  std::ranges::transform(kSettingParams, names.begin(), &ParamSpec::name);
  return names;
}();

}  // namespace namrack::protocol
