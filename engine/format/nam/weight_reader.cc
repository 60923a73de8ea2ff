#include "engine/format/nam/weight_reader.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <variant>

#include "engine/base/model_error.h"

namespace namrack::engine {
namespace {

/// Hands out the first `count` numbers of `rest`.
std::span<const float> take(std::span<const float>& rest, std::size_t count) {
  const std::span<const float> piece = rest.first(count);
  rest = rest.subspan(count);
  return piece;
}

/// Takes the coefficients, then the bias, in the order of the format (nam-format: Notation).
void fill(Matrix& matrix, std::span<const float>& rest) {
  const MatrixShape& shape = matrix.shape;
  const std::size_t taps = shape.columns * shape.kernel;
  const std::size_t group_taps = taps / shape.groups;
  const std::size_t group_rows = shape.rows / shape.groups;
  matrix.weights.assign(shape.rows * taps, 0.0F);
  for (std::size_t row = 0; row < shape.rows; ++row) {
    const std::size_t at = row * taps + row / group_rows * group_taps;
    std::ranges::copy(take(rest, group_taps), matrix.weights.begin() + static_cast<std::ptrdiff_t>(at));
  }
  if (!shape.bias) return;
  const auto bias = take(rest, shape.rows);
  matrix.bias.assign(bias.begin(), bias.end());
}

/// Makes the normalisation part of the convolution before it.
void fold(const BatchNorm& norm, Matrix& conv, const std::string& path) {
  const std::size_t channels = conv.shape.rows;
  const std::size_t taps = conv.weights.size() / channels;
  conv.shape.bias = true;
  conv.bias.assign(channels, 0.0F);
  for (std::size_t c = 0; c < channels; ++c) {
    const double spread =
        static_cast<double>(norm.variance.weights[c]) + static_cast<double>(norm.epsilon.weights.front());
    if (!(spread > 0.0)) {
      throw ModelError(ModelError::Kind::invalid, path, "a batch normalisation with variance + eps above 0",
                       describe(spread) + " in channel " + std::to_string(c));
    }
    const double scale = static_cast<double>(norm.gamma.weights[c]) / std::sqrt(spread);
    bool finite = true;
    for (std::size_t k = c * taps; k < (c + 1) * taps; ++k) {
      conv.weights[k] = static_cast<float>(scale * static_cast<double>(conv.weights[k]));
      finite = finite && std::isfinite(conv.weights[k]);
    }
    conv.bias[c] = static_cast<float>(static_cast<double>(norm.beta.weights[c]) -
                                      scale * static_cast<double>(norm.mean.weights[c]));
    if (!finite || !std::isfinite(conv.bias[c])) {
      throw ModelError(ModelError::Kind::invalid, path, "a batch normalisation with finite coefficients",
                       "an overflow in channel " + std::to_string(c));
    }
  }
}

template <class Weights>
void read(Weights& weights, const FlatWeights& flat) {
  const std::uint64_t count = count_weights(weights);
  if (flat.values.size() != count) {
    throw ModelError(ModelError::Kind::invalid, flat.path, std::to_string(count) + " weights",
                     std::to_string(flat.values.size()));
  }
  std::span<const float> rest(flat.values);
  for_each_matrix(weights, [&](Matrix& matrix) { fill(matrix, rest); });
}

}  // namespace

void read_weights(NetworkDescription& network, const FlatWeights& flat) {
  std::visit([&](auto& described) { read(described.weights, flat); }, network.network);
  auto* const convnet = std::get_if<ConvNetDescription>(&network.network);
  if (convnet == nullptr) return;
  for (ConvNetBlock& block : convnet->weights.blocks) {
    if (block.norm) fold(*block.norm, block.conv, flat.path);
    block.norm.reset();
  }
}

}  // namespace namrack::engine
