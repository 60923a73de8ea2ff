#include "engine/network/description/convnet.h"

#include <utility>

namespace namrack::engine {
namespace {

Matrix values(std::size_t count) {
  return {.shape = {.rows = count, .columns = 1, .bias = false, .role = MatrixRole::values}};
}

}  // namespace

std::vector<HistoryShape> ConvNetConfig::histories() const {
  std::vector<HistoryShape> shapes;
  for (const std::size_t dilation : dilations)
    shapes.push_back({input_size(shapes.size()), (kKernelSize - 1) * dilation});
  return shapes;
}

ConvNetWeights::ConvNetWeights(const ConvNetConfig& config)
    : head{.shape = {.rows = config.out_channels, .columns = config.channels}} {
  const std::size_t channels = config.channels;
  for (std::size_t b = 0; b < config.dilations.size(); ++b) {
    ConvNetBlock block{.conv = {.shape = {.rows = channels,
                                          .columns = config.input_size(b),
                                          .kernel = ConvNetConfig::kKernelSize,
                                          .bias = !config.batchnorm}}};
    if (config.batchnorm)
      block.norm = {values(channels), values(channels), values(channels), values(channels), values(1)};
    blocks.push_back(std::move(block));
  }
}

}  // namespace namrack::engine
