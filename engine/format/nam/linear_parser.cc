#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include "engine/format/limits.h"
#include "engine/format/nam/config_parsers.h"

namespace namrack::engine {

LinearConfig parse_linear_config(const JsonNode& node) {
  for (const std::string_view key : {"in_channels", "out_channels"}) {
    const auto channels = node.find(key);
    if (channels && channels->integer(1, limits::kChannels) != 1) {
      throw channels->error("1 channel", std::nullopt, ModelError::Kind::unsupported);
    }
  }
  if (const auto implementation = node.find("implementation")) {
    // Ways to compute the same thing; we choose ourselves, but a name that nobody knows is an error.
    constexpr std::array<std::string_view, 7> kKnown{"auto", "direct",          "legacy",         "old",
                                                     "fft",  "partitioned_fft", "partitioned-fft"};
    std::string name = implementation->string();
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end()) {
      throw implementation->error("\"auto\", \"direct\" or \"fft\"");
    }
  }
  return {.receptive_field = node.at("receptive_field").integer(1, limits::kResponseFrames),
          .bias = node.at("bias").boolean()};
}

}  // namespace namrack::engine
