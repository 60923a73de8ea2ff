#include "engine/model/wavenet_config.h"

#include <algorithm>
#include <string>

#include "engine/model/conv_weights.h"
#include "engine/model/layer_array_parser.h"
#include "engine/model/limits.h"
#include "engine/model/network_description.h"

namespace namrack::engine {
namespace {

/// Calls use(shape, is_film) for every matrix, in the order of the format.
template <class Use>
void for_each_matrix(const WaveNetConfig& config, const Use& use) {
  for (const LayerArrayConfig& a : config.arrays) {
    use(ConvShape{.rows = a.channels, .columns = a.input_size, .bias = false}, false);
    for (const LayerConfig& layer : a.layers) {
      const std::size_t rows = a.conv_rows(layer);
      use(
          ConvShape{
              .rows = rows, .columns = a.channels, .kernel = layer.kernel_size, .groups = a.groups_input},
          false);
      use(ConvShape{.rows = rows, .columns = a.condition_size, .groups = a.groups_mixin, .bias = false},
          false);
      for (const auto& one : {a.layer1x1, a.head1x1}) {
        if (one)
          use(ConvShape{.rows = one->out_channels, .columns = a.bottleneck, .groups = one->groups}, false);
      }
      for (std::size_t site = 0; site < kFilmSites; ++site) {
        const auto& film = a.films[site];
        if (!film) continue;
        const std::size_t width = a.film_width(static_cast<FilmSite>(site), layer);
        use(
            ConvShape{
                .rows = film->shift ? 2 * width : width, .columns = a.condition_size, .groups = film->groups},
            true);
      }
    }
    use(ConvShape{.rows = a.head.out_channels,
                  .columns = a.skip_size(),
                  .kernel = a.head.kernel_size,
                  .bias = a.head.bias},
        false);
  }
  std::size_t width = config.arrays.back().head.out_channels;
  for (std::size_t j = 0; config.head && j < config.head->kernel_sizes.size(); ++j) {
    use(
        ConvShape{
            .rows = config.head->width_out(j), .columns = width, .kernel = config.head->kernel_sizes[j]},
        false);
    width = config.head->width_out(j);
  }
}

/// Calls use(channels, reach) for every history.
template <class Use>
void for_each_history(const WaveNetConfig& config, const Use& use) {
  for (const LayerArrayConfig& a : config.arrays) {
    for (const LayerConfig& layer : a.layers) use(a.channels, layer.reach());
    use(a.skip_size(), a.head.reach());
  }
  std::size_t width = config.arrays.back().head.out_channels;
  for (std::size_t j = 0; config.head && j < config.head->kernel_sizes.size(); ++j) {
    use(width, config.head->kernel_sizes[j] - 1);
    width = config.head->width_out(j);
  }
}

std::uint64_t coefficients(const ConvShape& shape) {
  return std::uint64_t{shape.rows} * shape.columns * shape.kernel / shape.groups;
}

// Each array takes what the one before it gives: its signal as input, its head as the start of the skip sum.
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

std::size_t LayerArrayConfig::film_width(FilmSite site, const LayerConfig& layer) const {
  switch (site) {
    case FilmSite::conv_pre:
      return channels;
    case FilmSite::conv_post:
    case FilmSite::mixin_post:
    case FilmSite::activation_pre:
      return conv_rows(layer);
    case FilmSite::mixin_pre:
      return condition_size;
    case FilmSite::activation_post:
      return bottleneck;
    case FilmSite::layer1x1_post:
      return channels;
    case FilmSite::head1x1_post:
      return head1x1 ? head1x1->out_channels : 0;
  }
  return 0;
}

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

std::uint64_t WaveNetConfig::weight_count() const {
  std::uint64_t count = 1;  // head_scale
  for_each_matrix(*this, [&](const ConvShape& shape, bool) {
    count += coefficients(shape) + (shape.bias ? shape.rows : 0);
  });
  return count;
}

std::uint64_t WaveNetConfig::macs_per_sample() const {
  std::uint64_t macs = condition ? condition->macs_per_sample() : 0;
  for_each_matrix(*this,
                  [&](const ConvShape& shape, bool is_film) { macs += is_film ? 0 : coefficients(shape); });
  return macs;
}

std::uint64_t WaveNetConfig::receptive_field() const {
  std::uint64_t frames = condition ? condition->receptive_field() : 1;
  for (const LayerArrayConfig& a : arrays) {
    for (const LayerConfig& layer : a.layers) frames += layer.reach();
    frames += a.head.reach();
  }
  if (head) {
    for (const std::size_t kernel : head->kernel_sizes) frames += kernel - 1;
  }
  return frames;
}

std::uint64_t WaveNetConfig::state_floats() const {
  std::uint64_t floats = 0;
  for_each_history(*this, [&](std::uint64_t channels, std::uint64_t reach) { floats += channels * reach; });
  return floats;
}

NetworkCost WaveNetConfig::cost() const {
  NetworkCost cost = condition ? condition->cost() : NetworkCost{};
  for_each_matrix(*this, [&](const ConvShape& shape, bool) {
    cost.matrix_floats += std::uint64_t{shape.rows} * (shape.columns * shape.kernel + 1);
  });
  for_each_history(*this, [&](std::uint64_t channels, std::uint64_t reach) {
    cost.history_floats += channels * (reach + kHistoryMargin);
  });
  return cost;
}

}  // namespace namrack::engine
