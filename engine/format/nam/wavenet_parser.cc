#include <string>
#include <utility>

#include "engine/format/limits.h"
#include "engine/format/nam/config_parsers.h"

namespace namrack::engine {
namespace {

// Each array takes from the one before it the signal as input, and its head as the start of the skip sum.
void check_chain(const std::vector<JsonNode>& nodes, const WaveNetConfig& config) {
  const std::size_t condition_size = config.condition ? config.condition->out_channels() : 1;
  for (std::size_t a = 0; a < nodes.size(); ++a) {
    const LayerArrayConfig& array = config.arrays[a];
    const std::size_t input = a == 0 ? 1 : config.arrays[a - 1].channels;
    if (array.input_size != input) {
      throw nodes[a]
          .at("input_size")
          .error(std::to_string(input) +
                 (a == 0 ? " (a mono input)" : " (the channels of the array before)"));
    }
    if (array.condition_size != condition_size) {
      throw nodes[a]
          .at("condition_size")
          .error(std::to_string(condition_size) +
                 (config.condition ? " (the outputs of condition_dsp)" : " (a mono input)"));
    }
    if (a + 1 == nodes.size()) continue;
    const LayerArrayConfig& next = config.arrays[a + 1];
    const std::string found = std::to_string(array.head.out_channels);
    if (array.head.out_channels != next.skip_size()) {
      throw nodes[a].error(
          "a head size of " + std::to_string(next.skip_size()) + " (the skip sum of the next array)", found);
    }
    if (array.head.out_channels != next.channels) {
      throw nodes[a].error(
          "a head size of " + std::to_string(next.channels) + " (the channels of the next array)", found);
    }
  }
}

PostHeadConfig parse_post_head(const JsonNode& node, std::size_t in_channels) {
  PostHeadConfig head;
  head.channels = node.at("channels").integer(1, limits::kChannels);
  head.out_channels = node.at("out_channels").integer(1, limits::kChannels);
  if (const auto in = node.find("in_channels"); in && in->integer(1, limits::kChannels) != in_channels) {
    throw in->error(std::to_string(in_channels) + " (the head size of the last array)");
  }
  const JsonNode kernels = node.at("kernel_sizes");
  if (kernels.size() < 1 || kernels.size() > limits::kLayersPerArray) {
    throw kernels.error("1 to " + std::to_string(limits::kLayersPerArray) + " kernel sizes");
  }
  for (const JsonNode& kernel : kernels.items()) {
    head.kernel_sizes.push_back(kernel.integer(1, limits::kKernelSize));
  }
  // It acts on the widths before each convolution; a list of slopes must suit all of them.
  head.activation = parse_activation(node.at("activation"), in_channels);
  if (head.kernel_sizes.size() > 1) {
    Activation inner = parse_activation(node.at("activation"), head.channels);
    if (head.channels > in_channels) head.activation = std::move(inner);
  }
  return head;
}

}  // namespace

WaveNetConfig parse_wavenet_config(const JsonNode& node,
                                   std::shared_ptr<const NetworkDescription> condition) {
  WaveNetConfig config;
  config.condition = std::move(condition);
  if (const auto channels = node.find("in_channels");
      channels && channels->integer(1, limits::kChannels) != 1) {
    throw channels->error("a mono input", std::nullopt, ModelError::Kind::unsupported);
  }
  node.at("head_scale").number();  // must be there; the value in use is the last weight
  const JsonNode layers = node.at("layers");
  if (layers.size() < 1 || layers.size() > limits::kLayerArrays) {
    throw layers.error("1 to " + std::to_string(limits::kLayerArrays) + " layer arrays");
  }
  const std::vector<JsonNode> arrays = layers.items();
  for (const JsonNode& array : arrays) config.arrays.push_back(parse_layer_array(array));
  check_chain(arrays, config);
  if (const auto head = node.find_value("head")) {
    config.head = parse_post_head(*head, config.arrays.back().head.out_channels);
  }
  return config;
}

}  // namespace namrack::engine
