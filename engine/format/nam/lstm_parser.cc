#include <algorithm>
#include <cstdint>
#include <string>

#include "engine/format/limits.h"
#include "engine/format/nam/config_parsers.h"

namespace namrack::engine {

LstmConfig parse_lstm_config(const JsonNode& config, std::optional<double> sample_rate) {
  LstmConfig result;
  const JsonNode input = config.at("input_size");
  const auto in_channels = config.find("in_channels");
  const std::uint64_t width = in_channels ? in_channels->integer(1, limits::kChannels) : 1;
  if (input.integer(1, limits::kChannels) != width) {
    throw input.error(std::to_string(width) + " (the input channels)");
  }
  if (width != 1) throw input.error("a mono input", std::nullopt, ModelError::Kind::unsupported);
  if (const auto out = config.find("out_channels")) result.out_channels = out->integer(1, limits::kChannels);
  result.hidden_size = config.at("hidden_size").integer(1, limits::kChannels);
  result.num_layers = config.at("num_layers").integer(1, limits::kLstmLayers);
  if (sample_rate)
    result.prewarm_frames = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(0.5 * *sample_rate));
  return result;
}

}  // namespace namrack::engine
