#include "engine/model/convnet_config.h"

#include <cmath>
#include <string>

#include "engine/model/limits.h"

namespace namrack::engine {
namespace {

/// y = (z - mean) gamma / sqrt(var + eps) + beta, folded into the convolution that makes z.
void fold_batchnorm(WeightReader& reader, ConvWeights& conv, std::size_t channels, const std::string& path) {
  const std::vector<float> mean = reader.take(channels);
  const std::vector<float> variance = reader.take(channels);
  const std::vector<float> gamma = reader.take(channels);
  const std::vector<float> beta = reader.take(channels);
  const auto epsilon = static_cast<double>(reader.take_one());
  const std::size_t taps = conv.weights.size() / channels;
  conv.bias.assign(channels, 0.0F);
  for (std::size_t c = 0; c < channels; ++c) {
    const double spread = static_cast<double>(variance[c]) + epsilon;
    if (!(spread > 0.0)) {
      throw ModelError(ModelError::Kind::invalid, path, "a batch normalisation with variance + eps above 0",
                       describe(spread) + " in channel " + std::to_string(c));
    }
    const double scale = static_cast<double>(gamma[c]) / std::sqrt(spread);
    bool finite = true;
    for (std::size_t k = c * taps; k < (c + 1) * taps; ++k) {
      conv.weights[k] = static_cast<float>(scale * static_cast<double>(conv.weights[k]));
      finite = finite && std::isfinite(conv.weights[k]);
    }
    conv.bias[c] = static_cast<float>(static_cast<double>(beta[c]) - scale * static_cast<double>(mean[c]));
    if (!finite || !std::isfinite(conv.bias[c])) {
      throw ModelError(ModelError::Kind::invalid, path, "a batch normalisation with finite coefficients",
                       "an overflow in channel " + std::to_string(c));
    }
  }
}

}  // namespace

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

std::uint64_t ConvNetConfig::weight_count() const {
  std::uint64_t count = out_channels * (channels + 1);
  for (std::size_t block = 0; block < dilations.size(); ++block) {
    count += kKernelSize * channels * input_size(block) + (batchnorm ? 4 * channels + 1 : channels);
  }
  return count;
}

std::uint64_t ConvNetConfig::macs_per_sample() const {
  std::uint64_t macs = out_channels * channels;
  for (std::size_t block = 0; block < dilations.size(); ++block)
    macs += kKernelSize * channels * input_size(block);
  return macs;
}

std::uint64_t ConvNetConfig::receptive_field() const {
  std::uint64_t frames = 1;
  for (const std::size_t dilation : dilations) frames += dilation;
  return frames;
}

NetworkCost ConvNetConfig::cost() const {
  NetworkCost cost{.matrix_floats = macs_per_sample()};
  for (std::size_t block = 0; block < dilations.size(); ++block)
    cost.history_floats += input_size(block) * (dilations[block] + kHistoryMargin);
  return cost;
}

ConvNetWeights read_convnet_weights(const ConvNetConfig& config, const FlatWeights& flat) {
  WeightReader reader(flat, config.weight_count());
  ConvNetWeights weights;
  for (std::size_t block = 0; block < config.dilations.size(); ++block) {
    ConvWeights conv = take_conv(reader, {.rows = config.channels,
                                          .columns = config.input_size(block),
                                          .kernel = ConvNetConfig::kKernelSize,
                                          .bias = !config.batchnorm});
    if (config.batchnorm) fold_batchnorm(reader, conv, config.channels, flat.path);
    weights.blocks.push_back(std::move(conv));
  }
  weights.head = take_conv(reader, {.rows = config.out_channels, .columns = config.channels});
  reader.finish();
  return weights;
}

}  // namespace namrack::engine
