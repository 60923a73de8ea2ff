#include "engine/network/description/slimming.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>

namespace namrack::engine {
namespace {

std::size_t width_at(const LayerArrayConfig& array, double quality) {
  if (array.allowed_channels.empty()) return array.channels;
  const auto sizes = static_cast<double>(array.allowed_channels.size());
  const auto index = static_cast<std::size_t>(std::min(std::floor(quality * sizes), sizes - 1.0));
  return array.allowed_channels[index];
}

/// The leading rows and columns; bias and kernel as they are.
void slice(const Matrix& from, Matrix& to) {
  const std::size_t rows = to.shape.rows;
  const std::size_t columns = to.shape.columns * from.shape.kernel;
  const std::size_t stride = from.shape.columns * from.shape.kernel;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto begin = from.weights.begin() + static_cast<std::ptrdiff_t>(row * stride);
    to.weights.insert(to.weights.end(), begin, begin + static_cast<std::ptrdiff_t>(columns));
  }
  if (from.shape.bias)
    to.bias.assign(from.bias.begin(), from.bias.begin() + static_cast<std::ptrdiff_t>(rows));
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
  WaveNetDescription slim(slimmed_config(full.config, quality));
  std::vector<const Matrix*> whole;
  for_each_matrix(full.weights, [&](const Matrix& matrix) { whole.push_back(&matrix); });
  auto from = whole.begin();
  for_each_matrix(slim.weights, [&](Matrix& matrix) { slice(**from++, matrix); });
  return slim;
}

}  // namespace namrack::engine
