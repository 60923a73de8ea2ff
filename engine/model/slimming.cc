#include "engine/model/slimming.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace namrack::engine {
namespace {

std::size_t width_at(const LayerArrayConfig& array, double quality) {
  if (array.allowed_channels.empty()) return array.channels;
  const auto sizes = static_cast<double>(array.allowed_channels.size());
  const auto index = static_cast<std::size_t>(std::min(std::floor(quality * sizes), sizes - 1.0));
  return array.allowed_channels[index];
}

struct Size {
  std::size_t rows, columns;
};

/// The leading rows and columns; bias and kernel as they are.
ConvWeights sliced(const ConvWeights& conv, Size from, Size to) {
  const std::size_t kernel = conv.weights.size() / (from.rows * from.columns);
  ConvWeights slice;
  for (std::size_t row = 0; row < to.rows; ++row) {
    const auto begin = conv.weights.begin() + static_cast<std::ptrdiff_t>(row * from.columns * kernel);
    slice.weights.insert(slice.weights.end(), begin,
                         begin + static_cast<std::ptrdiff_t>(to.columns * kernel));
  }
  slice.bias.assign(conv.bias.begin(),
                    conv.bias.begin() + static_cast<std::ptrdiff_t>(std::min(to.rows, conv.bias.size())));
  return slice;
}

LayerWeights sliced_layer(const LayerWeights& weights, const LayerArrayConfig& from,
                          const LayerArrayConfig& to, const LayerConfig& layer) {
  const Size conv{from.conv_rows(layer), to.conv_rows(layer)};  // rows before and after
  LayerWeights slice;
  slice.conv = sliced(weights.conv, {conv.rows, from.channels}, {conv.columns, to.channels});
  slice.mixin = sliced(weights.mixin, {conv.rows, from.condition_size}, {conv.columns, to.condition_size});
  if (weights.layer1x1) {
    slice.layer1x1 =
        sliced(*weights.layer1x1, {from.channels, from.bottleneck}, {to.channels, to.bottleneck});
  }
  if (weights.head1x1) {
    slice.head1x1 =
        sliced(*weights.head1x1, {from.skip_size(), from.bottleneck}, {to.skip_size(), to.bottleneck});
  }
  for (std::size_t site = 0; site < kFilmSites; ++site) {
    if (!weights.films[site]) continue;
    const std::size_t parts = from.films[site]->shift ? 2 : 1;
    const auto place = static_cast<FilmSite>(site);
    slice.films[site] =
        sliced(*weights.films[site], {parts * from.film_width(place, layer), from.condition_size},
               {parts * to.film_width(place, layer), to.condition_size});
  }
  return slice;
}

bool is_grouped(const LayerArrayConfig& array) {
  bool grouped = array.groups_input != 1 || array.groups_mixin != 1;
  for (const auto& one : {array.layer1x1, array.head1x1}) grouped = grouped || (one && one->groups != 1);
  for (const auto& film : array.films) grouped = grouped || (film && film->groups != 1);
  return grouped;
}

bool offers_widths(const WaveNetConfig& config) {
  return std::any_of(config.arrays.begin(), config.arrays.end(),
                     [](const LayerArrayConfig& array) { return !array.allowed_channels.empty(); });
}

}  // namespace

bool can_slim(const WaveNetConfig& config) {
  return offers_widths(config) && !slimming_obstacle(config);
}

std::optional<std::string> slimming_obstacle(const WaveNetConfig& config) {
  if (!offers_widths(config)) return std::nullopt;
  if (config.head) return "its post-stack head";
  for (const LayerArrayConfig& array : config.arrays) {
    if (is_grouped(array)) return "its groups";
    if (array.head.kernel_size != 1) return "an array head with a kernel";
    // The head of the array before would follow the channels; the head1x1 that it adds to would not.
    const bool follows = &array != &config.arrays.front();
    if (follows && array.head1x1 && array.allowed_channels.size() > 1)
      return "a head1x1 behind another array";
  }
  return std::nullopt;
}

WaveNetConfig slimmed_config(const WaveNetConfig& full, double quality) {
  WaveNetConfig config = full;
  for (std::size_t a = 0; a < config.arrays.size(); ++a) {
    LayerArrayConfig& array = config.arrays[a];
    const std::size_t channels = width_at(array, quality);
    array.bottleneck =
        array.layer1x1 ? std::max<std::size_t>(1, array.bottleneck * channels / array.channels) : channels;
    array.channels = channels;
    if (array.layer1x1) array.layer1x1->out_channels = channels;
    if (a > 0) {
      array.input_size = config.arrays[a - 1].channels;
      config.arrays[a - 1].head.out_channels = channels;
    }
    for (LayerConfig& layer : array.layers) {
      for (Activation* activation : {&layer.activation, &layer.secondary}) {
        if (!activation->slopes.empty()) activation->slopes.resize(array.bottleneck);
      }
    }
  }
  return config;
}

std::vector<double> slimming_steps(const WaveNetConfig& config) {
  std::set<double> steps{0.0};
  for (const LayerArrayConfig& array : config.arrays) {
    const std::size_t sizes = array.allowed_channels.size();
    for (std::size_t i = 1; i < sizes; ++i) steps.insert(static_cast<double>(i) / static_cast<double>(sizes));
  }
  return {steps.begin(), steps.end()};
}

WaveNetDescription slimmed(const WaveNetDescription& full, double quality) {
  WaveNetDescription slim{.config = slimmed_config(full.config, quality), .weights = {}};
  for (std::size_t a = 0; a < full.config.arrays.size(); ++a) {
    const LayerArrayConfig& from = full.config.arrays[a];
    const LayerArrayConfig& to = slim.config.arrays[a];
    const LayerArrayWeights& weights = full.weights.arrays[a];
    LayerArrayWeights part;
    part.rechannel =
        sliced(weights.rechannel, {from.channels, from.input_size}, {to.channels, to.input_size});
    for (std::size_t l = 0; l < from.layers.size(); ++l) {
      part.layers.push_back(sliced_layer(weights.layers[l], from, to, from.layers[l]));
    }
    part.head = sliced(weights.head, {from.head.out_channels, from.skip_size()},
                       {to.head.out_channels, to.skip_size()});
    slim.weights.arrays.push_back(std::move(part));
  }
  slim.weights.head_scale = full.weights.head_scale;
  return slim;
}

}  // namespace namrack::engine
