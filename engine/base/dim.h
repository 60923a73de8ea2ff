#pragma once

#include <cstddef>

namespace namrack::engine {

/// A dimension of a network: a compile-time constant when N > 0, a stored value when N == 0. A kernel that is
/// written once over Dim serves the specialised shapes (the compiler unrolls) and all others.
template <std::size_t N>
class Dim {
 public:
  static constexpr std::size_t kStatic = N;
  explicit constexpr Dim(std::size_t) {}
  constexpr operator std::size_t() const { return N; }  // NOLINT: stands for the number
};

template <>
class Dim<0> {
 public:
  static constexpr std::size_t kStatic = 0;  // not known
  explicit constexpr Dim(std::size_t value) : value_(value) {}
  constexpr operator std::size_t() const { return value_; }  // NOLINT: stands for the number

 private:
  std::size_t value_;
};

}  // namespace namrack::engine
