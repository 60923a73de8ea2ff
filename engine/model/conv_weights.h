#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "engine/model/weight_reader.h"

namespace namrack::engine {

/// A convolution's coefficients: `weights` is [rows][columns][kernel], tap K-1 the current sample; `bias` is
/// [rows] or empty. Grouped convolutions are stored whole, with zeros between the groups.
struct ConvWeights {
  std::vector<float> weights;
  std::vector<float> bias;
};

struct ConvShape {
  std::size_t rows, columns;
  std::size_t kernel = 1;
  std::size_t groups = 1;
  bool bias = true;
};

/// Takes a convolution's weights, then its bias, in the order of the format (nam-format: Notation).
inline ConvWeights take_conv(WeightReader& reader, const ConvShape& shape) {
  ConvWeights conv;
  const std::size_t group_columns = shape.columns / shape.groups;
  const std::size_t group_rows = shape.rows / shape.groups;
  if (shape.groups == 1) {
    conv.weights = reader.take(shape.rows * shape.columns * shape.kernel);
  } else {
    conv.weights.assign(shape.rows * shape.columns * shape.kernel, 0.0F);
    for (std::size_t row = 0; row < shape.rows; ++row) {
      const std::vector<float> taps = reader.take(group_columns * shape.kernel);
      const std::size_t first_column = row / group_rows * group_columns;
      std::copy(taps.begin(), taps.end(),
                conv.weights.begin() +
                    static_cast<std::ptrdiff_t>((row * shape.columns + first_column) * shape.kernel));
    }
  }
  if (shape.bias) conv.bias = reader.take(shape.rows);
  return conv;
}

}  // namespace namrack::engine
