#include "engine/model/wavenet_weights.h"

namespace namrack::engine {
namespace {

std::optional<ConvWeights> take_one_by_one(WeightReader& reader, const std::optional<OneByOneConfig>& config,
                                           std::size_t columns) {
  if (!config) return std::nullopt;
  return take_conv(reader, {.rows = config->out_channels, .columns = columns, .groups = config->groups});
}

LayerWeights take_layer(WeightReader& reader, const LayerArrayConfig& array, const LayerConfig& layer) {
  const std::size_t rows = array.conv_rows(layer);
  LayerWeights weights;
  weights.conv = take_conv(
      reader,
      {.rows = rows, .columns = array.channels, .kernel = layer.kernel_size, .groups = array.groups_input});
  weights.mixin = take_conv(
      reader, {.rows = rows, .columns = array.condition_size, .groups = array.groups_mixin, .bias = false});
  weights.layer1x1 = take_one_by_one(reader, array.layer1x1, array.bottleneck);
  weights.head1x1 = take_one_by_one(reader, array.head1x1, array.bottleneck);
  for (std::size_t site = 0; site < kFilmSites; ++site) {
    const auto& film = array.films[site];
    if (!film) continue;
    const std::size_t width = array.film_width(static_cast<FilmSite>(site), layer);
    weights.films[site] = take_conv(
        reader,
        {.rows = film->shift ? 2 * width : width, .columns = array.condition_size, .groups = film->groups});
  }
  return weights;
}

}  // namespace

WaveNetWeights read_wavenet_weights(const WaveNetConfig& config, const FlatWeights& flat) {
  WeightReader reader(flat, config.weight_count());
  WaveNetWeights weights;
  for (const LayerArrayConfig& array : config.arrays) {
    LayerArrayWeights part;
    part.rechannel = take_conv(reader, {.rows = array.channels, .columns = array.input_size, .bias = false});
    for (const LayerConfig& layer : array.layers) part.layers.push_back(take_layer(reader, array, layer));
    part.head = take_conv(reader, {.rows = array.head.out_channels,
                                   .columns = array.skip_size(),
                                   .kernel = array.head.kernel_size,
                                   .bias = array.head.bias});
    weights.arrays.push_back(std::move(part));
  }
  std::size_t width = config.arrays.back().head.out_channels;
  for (std::size_t j = 0; config.head && j < config.head->kernel_sizes.size(); ++j) {
    weights.post_head.push_back(take_conv(
        reader,
        {.rows = config.head->width_out(j), .columns = width, .kernel = config.head->kernel_sizes[j]}));
    width = config.head->width_out(j);
  }
  weights.head_scale = reader.take_one();
  reader.finish();
  return weights;
}

}  // namespace namrack::engine
