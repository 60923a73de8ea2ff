#include "engine/model/wavenet_config.h"

#include <array>
#include <string>
#include <string_view>

#include "engine/model/limits.h"

namespace namrack::engine {
namespace {

constexpr std::array<std::string_view, 8> kFilmKeys{
    "conv_pre_film",       "conv_post_film",       "input_mixin_pre_film", "input_mixin_post_film",
    "activation_pre_film", "activation_post_film", "layer1x1_post_film",   "head1x1_post_film"};

ModelError not_played(const JsonNode& node, std::string expected) {
  return node.error(std::move(expected), std::nullopt, ModelError::Kind::unsupported);
}

void require_equal(const JsonNode& node, std::size_t expected, const std::string& reason) {
  const std::uint64_t found = node.integer(1, limits::kChannels);
  if (found != expected) throw node.error(std::to_string(expected) + " (" + reason + ")");
}

// A list with one entry a layer, or a single value that holds for all of them.
std::vector<JsonNode> one_per_layer(const JsonNode& node, std::size_t layers) {
  if (!node.is_array()) return std::vector<JsonNode>(layers, node);
  std::vector<JsonNode> items = node.items();
  if (items.size() != layers) throw node.error("one entry for each of " + std::to_string(layers) + " layers");
  return items;
}

void parse_dilations(const JsonNode& node, std::vector<LayerConfig>& layers) {
  for (const JsonNode& item : node.items()) {
    layers.push_back({.dilation = item.integer(1, limits::kDilation), .activation = {}, .secondary = {}});
  }
  if (layers.empty() || layers.size() > limits::kLayersPerArray) {
    throw node.error("1 to " + std::to_string(limits::kLayersPerArray) + " dilations");
  }
}

void parse_kernels(const JsonNode& array, std::vector<LayerConfig>& layers) {
  const auto one = array.find("kernel_size");
  const auto list = array.find("kernel_sizes");
  if (one.has_value() == list.has_value()) {
    throw array.error("exactly one of \"kernel_size\" and \"kernel_sizes\"", one ? "both" : "neither");
  }
  if (list && !list->is_array()) throw list->error("an array");
  const std::vector<JsonNode> sizes = one_per_layer(one ? *one : *list, layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i)
    layers[i].kernel_size = sizes[i].integer(1, limits::kKernelSize);
}

Gating parse_gating(const JsonNode& node) {
  const std::string mode = node.string();
  if (mode == "none") return Gating::none;
  if (mode == "gated") return Gating::gated;
  if (mode == "blended") return Gating::blended;
  throw node.error("\"none\", \"gated\" or \"blended\"");
}

Activation parse_secondary(const std::optional<JsonNode>& node, std::size_t width) {
  if (!node) return {.kind = ActivationKind::sigmoid, .slopes = {}};
  return parse_activation(*node, width);
}

void parse_gating_modes(const JsonNode& array, std::size_t width, std::vector<LayerConfig>& layers) {
  const auto mode = array.find("gating_mode");
  if (!mode) {
    const auto gated = array.find("gated");
    if (!gated || !gated->boolean()) return;
    for (LayerConfig& layer : layers) {
      layer.gating = Gating::gated;
      layer.secondary.kind = ActivationKind::sigmoid;
    }
    return;
  }
  const std::vector<JsonNode> modes = one_per_layer(*mode, layers.size());
  const auto secondary = array.find("secondary_activation");
  const bool listed = secondary && secondary->is_array() && mode->is_array();
  const auto entries = listed ? one_per_layer(*secondary, layers.size()) : std::vector<JsonNode>{};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    layers[i].gating = parse_gating(modes[i]);
    if (layers[i].gating == Gating::none) continue;
    layers[i].secondary = parse_secondary(listed ? std::optional(entries[i]) : secondary, width);
  }
}

void parse_activations(const JsonNode& node, std::size_t width, std::vector<LayerConfig>& layers) {
  const std::vector<JsonNode> activations = one_per_layer(node, layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i)
    layers[i].activation = parse_activation(activations[i], width);
}

void parse_head(const JsonNode& array, LayerArrayConfig& result) {
  if (const auto head = array.find_value("head")) {
    result.head_size = head->at("out_channels").integer(1, limits::kChannels);
    result.head_bias = head->at("bias").boolean();
    const JsonNode kernel = head->at("kernel_size");
    if (kernel.integer(1, limits::kKernelSize) != 1) throw not_played(kernel, "a head kernel of 1");
    return;
  }
  if (!array.find("head_size") && !array.find("head_bias")) {
    throw array.error("\"head\", or \"head_size\" and \"head_bias\"", "neither");
  }
  result.head_size = array.at("head_size").integer(1, limits::kChannels);
  result.head_bias = array.at("head_bias").boolean();
}

bool is_active(const JsonNode& node, bool by_default) {
  if (!node.is_object() && !node.value().is_bool()) throw node.error("an object or false");
  if (node.value().is_bool()) {
    if (node.boolean()) throw node.error("an object or false");
    return false;
  }
  const auto active = node.find("active");
  return active ? active->boolean() : by_default;
}

// Newer files name every option of the format even where it is off; only what is on needs an engine for it.
void refuse_what_is_not_a1(const JsonNode& array, std::size_t channels) {
  if (const auto bottleneck = array.find("bottleneck");
      bottleneck && bottleneck->integer(1, limits::kChannels) != channels) {
    throw not_played(*bottleneck, "a bottleneck equal to the channels (" + std::to_string(channels) + ")");
  }
  for (const std::string_view key : {"groups_input", "groups_input_mixin"}) {
    const auto groups = array.find(key);
    if (groups && groups->integer(1, limits::kChannels) != 1) throw not_played(*groups, "1 group");
  }
  if (const auto layer1x1 = array.find("layer1x1")) {
    if (!is_active(*layer1x1, true)) throw not_played(*layer1x1, "an active layer1x1");
    const auto groups = layer1x1->find("groups");
    if (groups && groups->integer(1, limits::kChannels) != 1) throw not_played(*groups, "1 group");
  }
  if (const auto head1x1 = array.find("head1x1"); head1x1 && is_active(*head1x1, false)) {
    throw not_played(*head1x1, "no active head1x1");
  }
  for (const std::string_view key : kFilmKeys) {
    const auto film = array.find(key);
    if (film && is_active(*film, true)) throw not_played(*film, "no active FiLM");
  }
}

LayerArrayConfig parse_array(const JsonNode& node) {
  LayerArrayConfig array;
  array.input_size = node.at("input_size").integer(1, limits::kChannels);
  array.condition_size = node.at("condition_size").integer(1, limits::kChannels);
  array.channels = node.at("channels").integer(1, limits::kChannels);
  refuse_what_is_not_a1(node, array.channels);
  parse_dilations(node.at("dilations"), array.layers);
  parse_kernels(node, array.layers);
  parse_activations(node.at("activation"), array.channels, array.layers);
  parse_gating_modes(node, array.channels, array.layers);
  parse_head(node, array);
  return array;
}

// Each array takes what the one before it gives: its signal as input, its head as the start of the skip sum.
void check_chain(const std::vector<JsonNode>& nodes, const WaveNetConfig& config) {
  for (std::size_t a = 0; a < nodes.size(); ++a) {
    const bool first = a == 0;
    require_equal(nodes[a].at("input_size"), first ? 1 : config.arrays[a - 1].channels,
                  first ? "a mono input" : "the channels of the array before");
    require_equal(nodes[a].at("condition_size"), 1, "a mono condition");
    const bool last = a + 1 == nodes.size();
    const std::size_t wanted = last ? 1 : config.arrays[a + 1].channels;
    if (config.arrays[a].head_size != wanted) {
      throw nodes[a].error("a head size of " + std::to_string(wanted) +
                               (last ? " (a mono output)" : " (the channels of the next array)"),
                           std::to_string(config.arrays[a].head_size));
    }
  }
}

}  // namespace

WaveNetConfig parse_wavenet_config(const JsonNode& node) {
  const JsonNode layers = node.at("layers");
  const std::vector<JsonNode> arrays = layers.items();
  if (arrays.empty() || arrays.size() > limits::kLayerArrays) {
    throw layers.error("1 to " + std::to_string(limits::kLayerArrays) + " layer arrays");
  }
  for (const std::string_view key : {"head", "condition_dsp"}) {
    if (const auto part = node.find_value(key)) throw not_played(*part, "null");
  }
  if (const auto channels = node.find("in_channels")) {
    if (channels->integer(1, limits::kChannels) != 1) throw not_played(*channels, "1 channel");
  }
  node.at("head_scale").number();  // must be there; the value in use is the last weight
  WaveNetConfig config;
  for (const JsonNode& array : arrays) config.arrays.push_back(parse_array(array));
  check_chain(arrays, config);
  if (config.state_floats() > limits::kStateFloats) {
    throw layers.error("at most " + std::to_string(limits::kStateFloats) + " floats of history",
                       std::to_string(config.state_floats()));
  }
  return config;
}

std::uint64_t WaveNetConfig::weight_count() const {
  std::uint64_t count = 1;  // head_scale
  for (const LayerArrayConfig& a : arrays) {
    count += a.input_size * a.channels;
    for (const LayerConfig& layer : a.layers) {
      const std::uint64_t rows = a.conv_rows(layer);
      count += rows * (a.channels * layer.kernel_size + 1 + a.condition_size);
      count += a.channels * (a.channels + 1);
    }
    count += a.head_size * (a.channels + (a.head_bias ? 1 : 0));
  }
  return count;
}

std::uint64_t WaveNetConfig::macs_per_sample() const {
  std::uint64_t macs = 0;
  for (const LayerArrayConfig& a : arrays) {
    macs += a.input_size * a.channels + a.head_size * a.channels;
    for (const LayerConfig& layer : a.layers) {
      macs +=
          a.conv_rows(layer) * (a.channels * layer.kernel_size + a.condition_size) + a.channels * a.channels;
    }
  }
  return macs;
}

std::uint64_t WaveNetConfig::receptive_field() const {
  std::uint64_t frames = 1;
  for (const LayerArrayConfig& a : arrays) {
    for (const LayerConfig& layer : a.layers) frames += layer.reach();
  }
  return frames;
}

std::uint64_t WaveNetConfig::state_floats() const {
  std::uint64_t floats = 0;
  for (const LayerArrayConfig& a : arrays) {
    for (const LayerConfig& layer : a.layers) floats += layer.reach() * a.channels;
  }
  return floats;
}

}  // namespace namrack::engine
