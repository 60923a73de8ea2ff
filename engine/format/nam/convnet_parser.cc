#include <string>

#include "engine/format/limits.h"
#include "engine/format/nam/config_parsers.h"

namespace namrack::engine {

ConvNetConfig parse_convnet_config(const JsonNode& node) {
  ConvNetConfig config;
  if (const auto in = node.find("in_channels"); in && in->integer(1, limits::kChannels) != 1) {
    throw in->error("a mono input", std::nullopt, ModelError::Kind::unsupported);
  }
  config.channels = node.at("channels").integer(1, limits::kChannels);
  if (const auto out = node.find("out_channels")) config.out_channels = out->integer(1, limits::kChannels);
  if (const auto groups = node.find("groups"); groups && groups->integer(1, limits::kChannels) != 1) {
    throw groups->error("1, because groups must divide the mono input");
  }
  config.batchnorm = node.at("batchnorm").boolean();
  const JsonNode dilations = node.at("dilations");
  if (dilations.size() < 1 || dilations.size() > limits::kLayersPerArray) {
    throw dilations.error("1 to " + std::to_string(limits::kLayersPerArray) + " dilations");
  }
  for (const JsonNode& item : dilations.items())
    config.dilations.push_back(item.integer(1, limits::kDilation));
  config.activation = parse_activation(node.at("activation"), config.channels);
  return config;
}

}  // namespace namrack::engine
