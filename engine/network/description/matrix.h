#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace namrack::engine {

/// The purpose of a matrix decides what it costs.
enum class MatrixRole : std::uint8_t {
  signal,  ///< a convolution or 1x1 of the signal: a multiply-add a sample for each coefficient
  film,    ///< scales and shifts the signal as the condition says; does not count as multiply-adds
  values,  ///< plain numbers, such as an initial state, in one column: nothing is multiplied by them
};

/// The shape of a convolution, known before any coefficient is read.
struct MatrixShape {
  std::size_t rows = 0, columns = 0;
  std::size_t kernel = 1;
  std::size_t groups = 1;  ///< divides rows and columns
  bool bias = true;
  MatrixRole role = MatrixRole::signal;

  /// Coefficients in the file, which leaves out the zeros between groups.
  std::uint64_t coefficients() const { return std::uint64_t{rows} * columns * kernel / groups; }
  /// Numbers in the file: coefficients, then the bias.
  std::uint64_t weights() const { return coefficients() + (bias ? rows : 0); }
  /// Floats in the memory of a kernel: with the zeros between groups, and a bias for every row.
  std::uint64_t packed_floats() const {
    return role == MatrixRole::values ? 0 : std::uint64_t{rows} * (columns * kernel + 1);
  }
};

/// A convolution: y[row][t] = bias[row] + sum of weights[row][column][k] x[column][t - (K-1-k) dilation].
struct Matrix {
  MatrixShape shape;
  std::vector<float> weights = {};  ///< [rows][columns][kernel], zeros between groups included
  std::vector<float> bias = {};     ///< [rows], or empty
};

/// Numbers of all matrices that `weights`, those of any architecture, has in its file.
template <class Weights>
std::uint64_t count_weights(const Weights& weights) {
  std::uint64_t count = 0;
  for_each_matrix(weights, [&](const Matrix& matrix) { count += matrix.shape.weights(); });
  return count;
}

/// Multiply-adds a sample, without bias and activations.
template <class Weights>
std::uint64_t count_macs(const Weights& weights) {
  std::uint64_t macs = 0;
  for_each_matrix(weights, [&](const Matrix& matrix) {
    if (matrix.shape.role == MatrixRole::signal) macs += matrix.shape.coefficients();
  });
  return macs;
}

/// Floats of all packed matrices.
template <class Weights>
std::uint64_t count_packed_floats(const Weights& weights) {
  std::uint64_t floats = 0;
  for_each_matrix(weights, [&](const Matrix& matrix) { floats += matrix.shape.packed_floats(); });
  return floats;
}

}  // namespace namrack::engine
