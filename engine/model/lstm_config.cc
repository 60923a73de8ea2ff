#include "engine/model/lstm_config.h"

#include <algorithm>
#include <string_view>

#include "engine/model/limits.h"

namespace namrack::engine {

LstmConfig parse_lstm_config(const JsonNode& config) {
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
  return result;
}

std::uint64_t LstmConfig::weight_count() const {
  std::uint64_t count = out_channels * (hidden_size + 1);
  for (std::size_t l = 0; l < num_layers; ++l) {
    count += 4 * hidden_size * (input_size(l) + hidden_size) + 4 * hidden_size + 2 * hidden_size;
  }
  return count;
}

std::uint64_t LstmConfig::macs_per_sample() const {
  std::uint64_t macs = out_channels * hidden_size;
  for (std::size_t l = 0; l < num_layers; ++l) macs += 4 * hidden_size * (input_size(l) + hidden_size);
  return macs;
}

LstmWeights read_lstm_weights(const LstmConfig& config, const FlatWeights& flat) {
  WeightReader reader(flat, config.weight_count());
  const std::size_t hidden = config.hidden_size;
  LstmWeights weights;
  for (std::size_t l = 0; l < config.num_layers; ++l) {
    LstmLayerWeights layer;
    layer.weights = reader.take(4 * hidden * (config.input_size(l) + hidden));
    layer.bias = reader.take(4 * hidden);
    layer.hidden = reader.take(hidden);
    layer.cell = reader.take(hidden);
    weights.layers.push_back(std::move(layer));
  }
  weights.head = reader.take(config.out_channels * hidden);
  weights.head_bias = reader.take(config.out_channels);
  reader.finish();
  return weights;
}

std::uint64_t lstm_prewarm_frames(std::optional<double> sample_rate) {
  if (!sample_rate) return 1;
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(0.5 * *sample_rate));
}

}  // namespace namrack::engine
