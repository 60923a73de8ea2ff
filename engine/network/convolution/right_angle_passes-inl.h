// The right-angle transform and its inverse in passes that can be left off after any step, compiled once per
// SIMD target. While the halves of a polynomial are at least a vector long, butterflies are of whole vectors
// that share one root: VerticalPass. The last splits, within a vector, are LanePass.

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <type_traits>
#include <vector>

#include "engine/base/aligned_floats.h"
#include "engine/network/convolution/complex_vector-inl.h"
#include "engine/network/convolution/right_angle_transform.h"
#include "hwy/highway.h"

#if defined(NAMRACK_CONVOLUTION_RIGHT_ANGLE_PASSES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_CONVOLUTION_RIGHT_ANGLE_PASSES_INL_H_
#undef NAMRACK_CONVOLUTION_RIGHT_ANGLE_PASSES_INL_H_
#else
#define NAMRACK_CONVOLUTION_RIGHT_ANGLE_PASSES_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Splits each polynomial into 2 or, by two splits at once, into 4. A step is one vector of butterflies, in
/// both directions.
class VerticalPass {
 public:
  /// `length`: values of a polynomial; there are 2^level of them.
  VerticalPass(std::size_t parts, std::size_t level, std::size_t length)
      : parts_(parts),
        part_(length / parts),
        steps_((part_ / kComplexLanes) << level),
        columns_shift_(static_cast<std::size_t>(std::countr_zero(part_ / kComplexLanes))) {
    for (const double w : split_angles(level)) {
      for (std::size_t power = 1; power < parts; ++power) {
        const double angle = static_cast<double>(2 * power) * w / static_cast<double>(parts);
        roots_.push_back(static_cast<float>(std::cos(angle)));
        roots_.push_back(static_cast<float>(std::sin(angle)));
      }
    }
  }

  std::size_t steps() const { return steps_; }
  std::size_t cost() const { return parts_ == 2 ? 14 : 36; }
  std::size_t bytes() const { return roots_.size() * sizeof(float); }

  void forward(std::size_t begin, std::size_t end, const float* from_re, const float* from_im, float* re,
               float* im) const {
    const auto from = [&](std::size_t at) HWY_ATTR { return load(from_re + at, from_im + at); };
    const auto to = [&](std::size_t at, ComplexVec value) HWY_ATTR { store(value, re + at, im + at); };
    const std::size_t n = part_;
    if (parts_ == 2) {
      for_each_step(begin, end, [&](const float* roots, std::size_t at) HWY_ATTR {
        const ComplexVec a = from(at);
        const ComplexVec b = from(at + n) * broadcast(roots);
        to(at, a + b);
        to(at + n, a - b);
      });
    } else {
      for_each_step(begin, end, [&](const float* roots, std::size_t at) HWY_ATTR {
        const ComplexVec a = from(at);
        const ComplexVec b = from(at + n) * broadcast(roots);
        const ComplexVec c = from(at + 2 * n) * broadcast(roots + 2);
        const ComplexVec e = from(at + 3 * n) * broadcast(roots + 4);
        to(at, (a + c) + (b + e));
        to(at + n, (a + c) - (b + e));
        to(at + 2 * n, add_turned(a - c, b - e));
        to(at + 3 * n, subtract_turned(a - c, b - e));
      });
    }
  }

  /// Undoes forward(), but for a factor of `parts`, in place; the imaginary parts go to `to_im`, which may be
  /// `im`.
  void inverse(std::size_t begin, std::size_t end, float* re, float* im, float* to_im) const {
    const auto from = [&](std::size_t at) HWY_ATTR { return load(re + at, im + at); };
    const auto to = [&](std::size_t at, ComplexVec value) HWY_ATTR { store(value, re + at, to_im + at); };
    const std::size_t n = part_;
    if (parts_ == 2) {
      for_each_step(begin, end, [&](const float* roots, std::size_t at) HWY_ATTR {
        const ComplexVec a = from(at);
        const ComplexVec b = from(at + n);
        to(at, a + b);
        to(at + n, times_conjugate(a - b, broadcast(roots)));
      });
    } else {
      for_each_step(begin, end, [&](const float* roots, std::size_t at) HWY_ATTR {
        const ComplexVec a = from(at);
        const ComplexVec b = from(at + n);
        const ComplexVec c = from(at + 2 * n);
        const ComplexVec e = from(at + 3 * n);
        to(at, (a + b) + (c + e));
        to(at + n, times_conjugate(subtract_turned(a - b, c - e), broadcast(roots)));
        to(at + 2 * n, times_conjugate((a + b) - (c + e), broadcast(roots + 2)));
        to(at + 3 * n, times_conjugate(add_turned(a - b, c - e), broadcast(roots + 4)));
      });
    }
  }

 private:
  /// body(roots, first value of the butterflies) for each step.
  template <class Body>
  HWY_INLINE void for_each_step(std::size_t begin, std::size_t end, const Body& body) const {
    const std::size_t columns = std::size_t{1} << columns_shift_;  // steps of a polynomial
    std::size_t polynomial = begin >> columns_shift_;
    std::size_t column = begin - (polynomial << columns_shift_);
    for (std::size_t left = end - begin; left > 0; ++polynomial, column = 0) {
      const float* const roots = roots_.data() + polynomial * 2 * (parts_ - 1);
      const std::size_t stop = column + left < columns ? column + left : columns;
      left -= stop - column;
      for (; column < stop; ++column) body(roots, polynomial * parts_ * part_ + column * kComplexLanes);
    }
  }

  std::size_t parts_;
  std::size_t part_;  // values of a part
  std::size_t steps_;
  std::size_t columns_shift_;
  std::vector<float> roots_;  // of each polynomial: the powers of its root, from the first on
};

#if HWY_TARGET != HWY_SCALAR  // whose vectors have no halves
/// In each 2 * kHalf lanes, `x` gets the lower halves of both vectors and `y` the upper halves. Its own
/// inverse.
template <std::size_t kHalf>
HWY_INLINE void exchange(hn::Vec<ComplexTag>& x, hn::Vec<ComplexTag>& y) {
  const ComplexTag d;
  const auto a = x;
  if constexpr (kHalf == 1) {
    x = hn::OddEven(hn::DupEven(y), a);
    y = hn::OddEven(y, hn::DupOdd(a));
  } else if constexpr (kHalf == 2) {
    const hn::Repartition<std::uint64_t, ComplexTag> wide;
    x = hn::BitCast(d, hn::InterleaveLower(wide, hn::BitCast(wide, a), hn::BitCast(wide, y)));
    y = hn::BitCast(d, hn::InterleaveUpper(wide, hn::BitCast(wide, a), hn::BitCast(wide, y)));
  } else if constexpr (kHalf == kComplexLanes / 2) {
    x = hn::ConcatLowerLower(d, y, a);
    y = hn::ConcatUpperUpper(d, y, a);
  } else {
    static_assert(kHalf == 4);
    x = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(y), a);
    y = hn::OddEvenBlocks(y, hn::SwapAdjacentBlocks(a));
  }
}
#endif

/// All splits into parts shorter than a vector. Before each, two vectors exchange lanes, so that butterflies
/// are of whole vectors again; the values stay where that puts them. A step is such a pair of vectors.
class LanePass {
 public:
  /// Values of a pair.
  static constexpr std::size_t kPair = 2 * kComplexLanes;

  explicit LanePass(std::size_t size)
      : steps_(size / kPair),
        roots_(kSplits > 0 ? AlignedFloats(kSplits * size) : AlignedFloats()),
        order_(kPair) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    const auto level = static_cast<std::size_t>(std::countr_zero(size / kComplexLanes));
    for (std::size_t split = 0; split < kSplits; ++split) {
      const std::size_t half = kComplexLanes >> (split + 1);
      exchange_order(half);
      const std::vector<double> angles = split_angles(level + split);
      for (std::size_t step = 0; step < steps_; ++step) {
        float* const roots = roots_.data() + (step * kSplits + split) * kPair;
        for (std::size_t lane = 0; lane < kComplexLanes; ++lane) {
          const double angle = angles[(step * kPair + order_[lane]) / (2 * half)];
          roots[lane] = static_cast<float>(std::cos(angle));
          roots[kComplexLanes + lane] = static_cast<float>(std::sin(angle));
        }
      }
    }
  }

  std::size_t steps() const { return steps_; }
  std::size_t cost() const { return 10 + 12 * kSplits; }
  std::size_t bytes() const { return roots_.size() * sizeof(float); }
  /// The places that the values of a pair come to: at i the one that belongs at order()[i].
  const std::vector<std::size_t>& order() const { return order_; }

  /// A pair goes to `to(step)`: its real parts, then its imaginary parts.
  template <class To>
  void forward(std::size_t begin, std::size_t end, const float* re, const float* im, const To& to) const {
    for (std::size_t step = begin; step < end; ++step) {
      const std::size_t at = step * kPair;
      ComplexVec x = load(re + at, im + at);
      ComplexVec y = load(re + at + kComplexLanes, im + at + kComplexLanes);
      const float* roots = roots_.data() + step * kSplits * kPair;
      for_each_half([&](auto half) HWY_ATTR {
        exchange<half>(x.re, y.re);
        exchange<half>(x.im, y.im);
        const ComplexVec b = y * load(roots, roots + kComplexLanes);
        y = x - b;
        x = x + b;
        roots += kPair;
      });
      float* const out = to(step);
      store(x, out, out + kPair);
      store(y, out + kComplexLanes, out + kPair + kComplexLanes);
    }
  }

  /// Undoes forward(), but for a factor of kComplexLanes, in place.
  void inverse(std::size_t begin, std::size_t end, float* re, float* im) const {
    for (std::size_t step = begin; step < end; ++step) {
      const std::size_t at = step * kPair;
      ComplexVec x = load(re + at, im + at);
      ComplexVec y = load(re + at + kComplexLanes, im + at + kComplexLanes);
      const float* roots = roots_.data() + (step + 1) * kSplits * kPair;
      for_each_half_backwards([&](auto half) HWY_ATTR {
        roots -= kPair;
        const ComplexVec b = x - y;
        x = x + y;
        y = times_conjugate(b, load(roots, roots + kComplexLanes));
        exchange<half>(x.re, y.re);
        exchange<half>(x.im, y.im);
      });
      store(x, re + at, im + at);
      store(y, re + at + kComplexLanes, im + at + kComplexLanes);
    }
  }

 private:
  static constexpr std::size_t kSplits = static_cast<std::size_t>(std::countr_zero(kComplexLanes));

  /// Does to the order as exchange<half>() does.
  void exchange_order(std::size_t half) {
    const std::vector<std::size_t> before = order_;
    for (std::size_t lane = 0; lane < kComplexLanes; ++lane) {
      const bool upper = (lane & half) != 0;
      order_[lane] = before[upper ? kComplexLanes + lane - half : lane];
      order_[kComplexLanes + lane] = before[upper ? kComplexLanes + lane : lane + half];
    }
  }

  /// body(lanes of the halves, as a constant) for each split.
  template <std::size_t kHalf = kComplexLanes / 2, class Body>
  static HWY_INLINE void for_each_half(const Body& body) {
    if constexpr (kHalf > 0) {
      body(std::integral_constant<std::size_t, kHalf>());
      for_each_half<kHalf / 2>(body);
    }
  }
  template <std::size_t kHalf = kComplexLanes / 2, class Body>
  static HWY_INLINE void for_each_half_backwards(const Body& body) {
    if constexpr (kHalf > 0) {
      for_each_half_backwards<kHalf / 2>(body);
      body(std::integral_constant<std::size_t, kHalf>());
    }
  }

  std::size_t steps_;
  AlignedFloats roots_;  // [step][split][re, im][lane]
  std::vector<std::size_t> order_;
};

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_CONVOLUTION_RIGHT_ANGLE_PASSES_INL_H_
