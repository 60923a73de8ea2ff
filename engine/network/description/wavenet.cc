#include "engine/network/description/wavenet.h"

#include <utility>

namespace namrack::engine {
namespace {

std::optional<Matrix> one_by_one(const std::optional<OneByOneConfig>& config, std::size_t columns) {
  if (!config) return std::nullopt;
  return Matrix{.shape = {.rows = config->out_channels, .columns = columns, .groups = config->groups}};
}

LayerWeights shaped_layer(const LayerArrayConfig& array, const LayerConfig& layer) {
  const std::size_t rows = array.conv_rows(layer);
  LayerWeights weights{.conv = {.shape = {.rows = rows,
                                          .columns = array.channels,
                                          .kernel = layer.kernel_size,
                                          .groups = array.groups_input}},
                       .mixin = {.shape = {.rows = rows,
                                           .columns = array.condition_size,
                                           .groups = array.groups_mixin,
                                           .bias = false}},
                       .layer1x1 = one_by_one(array.layer1x1, array.bottleneck),
                       .head1x1 = one_by_one(array.head1x1, array.bottleneck),
                       .films = {}};
  for (std::size_t site = 0; site < kFilmSites; ++site) {
    const auto& film = array.films[site];
    if (!film) continue;
    const std::size_t width = array.film_width(static_cast<FilmSite>(site), layer);
    weights.films[site] = Matrix{.shape = {.rows = film->shift ? 2 * width : width,
                                           .columns = array.condition_size,
                                           .groups = film->groups,
                                           .role = MatrixRole::film}};
  }
  return weights;
}

LayerArrayWeights shaped_array(const LayerArrayConfig& array) {
  LayerArrayWeights weights{
      .rechannel = {.shape = {.rows = array.channels, .columns = array.input_size, .bias = false}},
      .layers = {},
      .head = {.shape = {.rows = array.head.out_channels,
                         .columns = array.skip_size(),
                         .kernel = array.head.kernel_size,
                         .bias = array.head.bias}}};
  for (const LayerConfig& layer : array.layers) weights.layers.push_back(shaped_layer(array, layer));
  return weights;
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

std::vector<HistoryShape> WaveNetConfig::histories() const {
  std::vector<HistoryShape> shapes;
  for (const LayerArrayConfig& array : arrays) {
    for (const LayerConfig& layer : array.layers) shapes.push_back({array.channels, layer.reach()});
    shapes.push_back({array.skip_size(), array.head.reach()});
  }
  std::size_t width = arrays.back().head.out_channels;
  for (std::size_t j = 0; head && j < head->kernel_sizes.size(); ++j) {
    shapes.push_back({width, head->kernel_sizes[j] - 1});
    width = head->width_out(j);
  }
  return shapes;
}

WaveNetWeights::WaveNetWeights(const WaveNetConfig& config)
    : head_scale{.shape = {.rows = 1, .columns = 1, .bias = false, .role = MatrixRole::values}} {
  for (const LayerArrayConfig& array : config.arrays) arrays.push_back(shaped_array(array));
  std::size_t width = config.arrays.back().head.out_channels;
  for (std::size_t j = 0; config.head && j < config.head->kernel_sizes.size(); ++j) {
    const std::size_t width_out = config.head->width_out(j);
    post_head.push_back(
        {.shape = {.rows = width_out, .columns = width, .kernel = config.head->kernel_sizes[j]}});
    width = width_out;
  }
}

}  // namespace namrack::engine
