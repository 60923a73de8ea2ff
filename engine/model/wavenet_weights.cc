#include "engine/model/wavenet_weights.h"

#include "engine/model/weight_reader.h"

namespace namrack::engine {
namespace {

// Braced initialisation runs from left to right, which is the order in the file: weights, then bias.
ConvWeights take_conv(WeightReader& reader, std::size_t weights, std::size_t bias) {
  return {reader.take(weights), reader.take(bias)};
}

LayerWeights take_layer(WeightReader& reader, const LayerArrayConfig& array, const LayerConfig& layer) {
  const std::size_t rows = array.conv_rows(layer);
  const std::size_t channels = array.channels;
  return {.conv = take_conv(reader, rows * channels * layer.kernel_size, rows),
          .mixin = take_conv(reader, rows * array.condition_size, 0),
          .one_by_one = take_conv(reader, channels * channels, channels)};
}

}  // namespace

WaveNetWeights read_wavenet_weights(const WaveNetConfig& config, std::span<const float> flat) {
  WeightReader reader(flat, config.weight_count(), "weights");
  WaveNetWeights weights;
  for (const LayerArrayConfig& array : config.arrays) {
    LayerArrayWeights part;
    part.rechannel = take_conv(reader, array.channels * array.input_size, 0);
    for (const LayerConfig& layer : array.layers) part.layers.push_back(take_layer(reader, array, layer));
    part.head = take_conv(reader, array.head_size * array.channels, array.head_bias ? array.head_size : 0);
    weights.arrays.push_back(std::move(part));
  }
  weights.head_scale = reader.take_one();
  reader.finish();
  return weights;
}

}  // namespace namrack::engine
