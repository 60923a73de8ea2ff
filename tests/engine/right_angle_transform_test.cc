#include "engine/network/convolution/right_angle_transform.h"

#include <gtest/gtest.h>

#include <complex>
#include <random>

namespace namrack::engine {
namespace {

using Values = std::vector<std::complex<double>>;

Values transform(std::vector<double> numbers) {
  const std::size_t n = numbers.size() / 2;
  const std::span<double> re(numbers.data(), n);
  const std::span<double> im(numbers.data() + n, n);
  right_angle_transform(re, im);
  Values values;
  for (std::size_t i = 0; i < n; ++i) values.emplace_back(re[i], im[i]);
  return values;
}

TEST(RightAngleTransform, ProductsOfValuesAreProductsModuloZToThe2nPlus1) {
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  for (const std::size_t n : {1, 2, 4, 32, 256}) {
    std::vector<double> a(2 * n);
    std::vector<double> b(2 * n);
    std::vector<double> product(2 * n);
    for (double& x : a) x = normal(random);
    for (double& x : b) x = normal(random);
    for (std::size_t i = 0; i < 2 * n; ++i) {
      for (std::size_t j = 0; j < 2 * n; ++j) {
        product[(i + j) % (2 * n)] += i + j < 2 * n ? a[i] * b[j] : -a[i] * b[j];
      }
    }
    const Values values_a = transform(a);
    const Values values_b = transform(b);
    const Values values = transform(product);
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_LT(std::abs(values_a[i] * values_b[i] - values[i]), 1e-11 * static_cast<double>(n)) << n;
    }
  }
}

TEST(RightAngleTransform, ItsValuesAreThoseOfThePolynomialAtTheRootsOfI) {
  // The polynomial z itself: its values are the roots, each another one.
  for (const std::size_t n : {2, 8, 64}) {
    std::vector<double> z(2 * n);
    z[1] = 1.0;
    const Values roots = transform(z);
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_LT(std::abs(std::pow(roots[i], static_cast<double>(n)) - std::complex<double>(0.0, 1.0)), 1e-12);
      for (std::size_t j = 0; j < i; ++j)
        EXPECT_GT(std::abs(roots[i] - roots[j]), 1.0 / static_cast<double>(n));
    }
  }
}

}  // namespace
}  // namespace namrack::engine
