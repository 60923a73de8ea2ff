#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "engine/network/description/matrix.h"

/// Plain building blocks of the reference path.
namespace namrack::engine::reference {

using Column = std::vector<double>;  // one value a channel

inline void add(Column& to, const Column& from) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

/// The last `reach + 1` columns of a signal.
class History {
 public:
  History(std::size_t channels, std::size_t reach) : columns_(reach + 1, Column(channels, 0.0)) {}

  void push(const Column& column) {
    newest_ = (newest_ + 1) % columns_.size();
    columns_[newest_] = column;
  }
  const Column& ago(std::size_t frames) const {
    return columns_[(newest_ + columns_.size() - frames) % columns_.size()];
  }
  void clear() {
    for (Column& column : columns_) std::fill(column.begin(), column.end(), 0.0);
  }
  std::size_t bytes() const { return columns_.size() * columns_.front().size() * sizeof(double); }

 private:
  std::vector<Column> columns_;
  std::size_t newest_ = 0;
};

/// nam-format, Notation: y[o][t] = b[o] + sum of W[o][i][k] x[i][t - (K-1-k) d].
inline Column convolve(const Matrix& conv, const History& x, std::size_t dilation) {
  const std::size_t columns = conv.shape.columns;
  const std::size_t kernel = conv.shape.kernel;
  Column y(conv.shape.rows, 0.0);
  for (std::size_t o = 0; o < y.size(); ++o) {
    if (conv.shape.bias) y[o] = static_cast<double>(conv.bias[o]);
    for (std::size_t i = 0; i < columns; ++i) {
      for (std::size_t k = 0; k < kernel; ++k) {
        y[o] += static_cast<double>(conv.weights[(o * columns + i) * kernel + k]) *
                x.ago((kernel - 1 - k) * dilation)[i];
      }
    }
  }
  return y;
}

inline Column multiply(const Matrix& matrix, const Column& x) {
  Column y(matrix.shape.rows, 0.0);
  for (std::size_t o = 0; o < y.size(); ++o) {
    if (matrix.shape.bias) y[o] = static_cast<double>(matrix.bias[o]);
    for (std::size_t i = 0; i < x.size(); ++i) {
      y[o] += static_cast<double>(matrix.weights[o * x.size() + i]) * x[i];
    }
  }
  return y;
}

}  // namespace namrack::engine::reference
