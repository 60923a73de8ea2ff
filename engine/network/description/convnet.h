#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <vector>

#include "engine/network/description/activation.h"
#include "engine/network/description/matrix.h"
#include "engine/network/description/network_cost.h"

namespace namrack::engine {

/// The geometry of a ConvNet (nam-format: section 3): blocks of a two-tap dilated convolution and an
/// activation.
struct ConvNetConfig {
  static constexpr std::size_t kKernelSize = 2;

  std::size_t channels = 0;
  std::size_t out_channels = 1;
  bool batchnorm = false;
  std::vector<std::size_t> dilations;
  Activation activation;

  std::size_t input_size(std::size_t block) const { return block == 0 ? 1 : channels; }
  /// The history of each block's input.
  std::vector<HistoryShape> histories() const;
};

/// The numbers of a batch normalisation: y = (z - mean) gamma / sqrt(variance + epsilon) + beta. Only the
/// reader of a file sees them: it folds them into the convolution that makes z.
struct BatchNorm {
  Matrix mean, variance, gamma, beta;  ///< [channels] each
  Matrix epsilon;                      ///< [1]
};

struct ConvNetBlock {
  Matrix conv;  ///< [channels][input_size][2]
  std::optional<BatchNorm> norm = {};
};

struct ConvNetWeights {
  std::vector<ConvNetBlock> blocks;
  Matrix head;  ///< [out_channels][channels]

  /// All matrices in their shapes, without coefficients.
  explicit ConvNetWeights(const ConvNetConfig& config);
};

/// Calls use(matrix) for every matrix, in the order of the file.
template <class Weights, class Use>
  requires std::same_as<std::remove_const_t<Weights>, ConvNetWeights>
void for_each_matrix(Weights& weights, const Use& use) {
  for (auto& block : weights.blocks) {
    use(block.conv);
    if (!block.norm) continue;
    auto& norm = *block.norm;
    for (auto* const values : {&norm.mean, &norm.variance, &norm.gamma, &norm.beta, &norm.epsilon})
      use(*values);
  }
  use(weights.head);
}

}  // namespace namrack::engine
