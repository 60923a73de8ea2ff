#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "engine/format/limits.h"
#include "engine/format/nam/config_parsers.h"

namespace namrack::engine {
namespace {

constexpr std::array<std::string_view, kFilmSites> kFilmKeys{
    "conv_pre_film",       "conv_post_film",       "input_mixin_pre_film", "input_mixin_post_film",
    "activation_pre_film", "activation_post_film", "layer1x1_post_film",   "head1x1_post_film"};

std::size_t parse_width(const JsonNode& node) {
  return node.integer(1, limits::kChannels);
}

/// A list with one entry a layer, or a single value that holds for all of them.
std::vector<JsonNode> one_per_layer(const JsonNode& node, std::size_t layers) {
  if (!node.is_array()) return std::vector<JsonNode>(layers, node);
  if (node.size() != layers) throw node.error("one entry for each of " + std::to_string(layers) + " layers");
  return node.items();
}

void parse_dilations(const JsonNode& node, std::vector<LayerConfig>& layers) {
  if (node.size() < 1 || node.size() > limits::kLayersPerArray) {
    throw node.error("1 to " + std::to_string(limits::kLayersPerArray) + " dilations");
  }
  for (const JsonNode& item : node.items()) {
    layers.push_back({.activation = {}, .dilation = item.integer(1, limits::kDilation), .secondary = {}});
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
  for (std::size_t i = 0; i < layers.size(); ++i) {
    layers[i].kernel_size = sizes[i].integer(1, limits::kKernelSize);
  }
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
  for (std::size_t i = 0; i < layers.size(); ++i) {
    layers[i].activation = parse_activation(activations[i], width);
  }
}

ArrayHeadConfig parse_head(const JsonNode& array) {
  if (const auto head = array.find_value("head")) {
    const auto dilation = head->find("head_dilation");
    return {.out_channels = parse_width(head->at("out_channels")),
            .kernel_size = head->at("kernel_size").integer(1, limits::kKernelSize),
            .dilation = dilation ? dilation->integer(1, limits::kDilation) : 1,
            .bias = head->at("bias").boolean()};
  }
  if (!array.find("head_size") && !array.find("head_bias")) {
    throw array.error("\"head\", or \"head_size\" and \"head_bias\"", "neither");
  }
  return {.out_channels = parse_width(array.at("head_size")), .bias = array.at("head_bias").boolean()};
}

/// Groups must divide both widths of the matrix that they cut.
std::size_t parse_groups(const JsonNode& node, std::size_t columns, std::size_t rows) {
  const std::size_t groups = node.integer(1, limits::kChannels);
  if (columns % groups != 0 || rows % groups != 0) {
    throw node.error("a divisor of " + std::to_string(columns) + " and " + std::to_string(rows));
  }
  return groups;
}

/// An inactive object may leave its other keys out, but says nothing wrong in them.
void check_unused(const JsonNode& object) {
  if (const auto shift = object.find("shift")) shift->boolean();
  for (const char* key : {"groups", "out_channels"}) {
    if (const auto number = object.find(key)) number->integer(0, limits::kChannels);
  }
}

std::optional<OneByOneConfig> parse_layer1x1(const JsonNode& array, std::size_t bottleneck,
                                             std::size_t channels) {
  const auto node = array.find("layer1x1");
  if (!node) return OneByOneConfig{.out_channels = channels};
  if (!node->at("active").boolean()) {
    check_unused(*node);
    if (bottleneck != channels) {
      throw node->error("an active layer1x1, because bottleneck and channels differ", "an inactive one");
    }
    return std::nullopt;
  }
  return OneByOneConfig{.out_channels = channels,
                        .groups = parse_groups(node->at("groups"), bottleneck, channels)};
}

std::optional<OneByOneConfig> parse_head1x1(const JsonNode& array, std::size_t bottleneck) {
  const auto node = array.find("head1x1");
  if (!node) return std::nullopt;
  if (!node->at("active").boolean()) {
    check_unused(*node);
    return std::nullopt;
  }
  const std::size_t out = parse_width(node->at("out_channels"));
  return OneByOneConfig{.out_channels = out, .groups = parse_groups(node->at("groups"), bottleneck, out)};
}

std::optional<FilmConfig> parse_film(const JsonNode& node, const LayerArrayConfig& array, FilmSite site) {
  if (node.value().is_bool() && !node.boolean()) return std::nullopt;
  if (!node.is_object()) throw node.error("an object or false");
  const auto active = node.find("active");
  if (active && !active->boolean()) {
    check_unused(node);
    return std::nullopt;
  }
  if (site == FilmSite::layer1x1_post && !array.layer1x1)
    throw node.error("no FiLM without an active layer1x1");
  if (site == FilmSite::head1x1_post && !array.head1x1) throw node.error("no FiLM without an active head1x1");
  const auto shift = node.find("shift");
  const auto groups = node.find("groups");
  FilmConfig film{.shift = !shift || shift->boolean()};
  for (const LayerConfig& layer : array.layers) {
    const std::size_t rows = array.film_width(site, layer) * (film.shift ? 2 : 1);
    if (groups) film.groups = parse_groups(*groups, array.condition_size, rows);
  }
  return film;
}

void parse_films(const JsonNode& node, LayerArrayConfig& array) {
  for (std::size_t i = 0; i < kFilmSites; ++i) {
    if (const auto film = node.find(kFilmKeys[i])) {
      array.films[i] = parse_film(*film, array, static_cast<FilmSite>(i));
    }
  }
}

/// Empty when the object names no method.
std::vector<std::size_t> parse_allowed_channels(const JsonNode& slimmable, std::size_t channels) {
  const auto method = slimmable.find("method");
  if (!method || method->string().empty()) return {};
  if (method->string() != "slice_channels_uniform") {
    throw method->error("\"slice_channels_uniform\"", std::nullopt, ModelError::Kind::unsupported);
  }
  const auto kwargs = slimmable.find("kwargs");
  const auto list = kwargs ? kwargs->find("allowed_channels") : std::nullopt;
  std::vector<std::size_t> allowed;
  if (!list) {
    for (std::size_t c = 1; c <= channels; ++c) allowed.push_back(c);
    return allowed;
  }
  if (list->size() > channels) throw list->error("at most " + std::to_string(channels) + " widths");
  for (const JsonNode& item : list->items()) {
    allowed.push_back(item.integer(1, channels));
    if (allowed.size() > 1 && allowed.back() <= allowed[allowed.size() - 2])
      throw item.error("a larger width");
  }
  if (allowed.empty() || allowed.back() != channels) {
    throw list->error("widths that end with " + std::to_string(channels) + " (the channels)");
  }
  return allowed;
}

void check_groups(const JsonNode& node, LayerArrayConfig& array) {
  for (const LayerConfig& layer : array.layers) {
    const std::size_t rows = array.conv_rows(layer);
    if (const auto groups = node.find("groups_input")) {
      array.groups_input = parse_groups(*groups, array.channels, rows);
    }
    if (const auto groups = node.find("groups_input_mixin")) {
      array.groups_mixin = parse_groups(*groups, array.condition_size, rows);
    }
  }
}

}  // namespace

LayerArrayConfig parse_layer_array(const JsonNode& node) {
  LayerArrayConfig array;
  array.input_size = parse_width(node.at("input_size"));
  array.condition_size = parse_width(node.at("condition_size"));
  array.channels = parse_width(node.at("channels"));
  const auto bottleneck = node.find("bottleneck");
  array.bottleneck = bottleneck ? parse_width(*bottleneck) : array.channels;
  parse_dilations(node.at("dilations"), array.layers);
  parse_kernels(node, array.layers);
  parse_activations(node.at("activation"), array.bottleneck, array.layers);
  parse_gating_modes(node, array.bottleneck, array.layers);
  array.layer1x1 = parse_layer1x1(node, array.bottleneck, array.channels);
  array.head1x1 = parse_head1x1(node, array.bottleneck);
  array.head = parse_head(node);
  check_groups(node, array);
  parse_films(node, array);
  if (const auto slimmable = node.find_value("slimmable")) {
    if (!slimmable->is_object()) throw slimmable->error("an object or null");
    array.allowed_channels = parse_allowed_channels(*slimmable, array.channels);
  }
  return array;
}

}  // namespace namrack::engine
