// The hot loop of a tier, compiled once per SIMD target: sums over many products of spectra.

#include <cstddef>

#include "engine/network/convolution/complex_vector-inl.h"
#include "hwy/highway.h"

#if defined(NAMRACK_CONVOLUTION_SPECTRA_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_CONVOLUTION_SPECTRA_INL_H_
#undef NAMRACK_CONVOLUTION_SPECTRA_INL_H_
#else
#define NAMRACK_CONVOLUTION_SPECTRA_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// A chunk of values of many spectra stands together, so that a sum over the spectra reads memory in its
/// order: floats [chunk][spectrum][re, im][kChunk].
class SpectraLayout {
 public:
  static constexpr std::size_t kVectors = 2;
  static constexpr std::size_t kChunk = kVectors * kComplexLanes;

  /// `values` of each spectrum, a multiple of kChunk.
  SpectraLayout(std::size_t values, std::size_t spectra) : values_(values), spectra_(spectra) {}
  std::size_t chunks() const { return values_ / kChunk; }
  std::size_t floats() const { return 2 * values_ * spectra_; }
  std::size_t offset(std::size_t chunk, std::size_t spectrum) const {
    return (chunk * spectra_ + spectrum) * 2 * kChunk;
  }

 private:
  std::size_t values_;
  std::size_t spectra_;
};

/// Sums of products for one chunk. Four chains of additions a vector, as a single one would wait for itself.
class ProductSums {
 public:
  ProductSums() {
    const ComplexTag d;
    for (auto* sums : {re_re_, im_im_, re_im_, im_re_}) {
      for (std::size_t v = 0; v < SpectraLayout::kVectors; ++v) sums[v] = hn::Zero(d);
    }
  }

  /// Adds the products of `spectra` spectra, one behind the other from `a` and from `b`.
  HWY_INLINE void add(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, std::size_t spectra) {
    constexpr std::size_t kChunk = SpectraLayout::kChunk;
    for (; spectra > 0; --spectra, a += 2 * kChunk, b += 2 * kChunk) {
      for (std::size_t v = 0; v < SpectraLayout::kVectors; ++v) {
        const std::size_t at = v * kComplexLanes;
        const ComplexVec x = load(a + at, a + kChunk + at);
        const ComplexVec y = load(b + at, b + kChunk + at);
        re_re_[v] = hn::MulAdd(x.re, y.re, re_re_[v]);
        im_im_[v] = hn::MulAdd(x.im, y.im, im_im_[v]);
        re_im_[v] = hn::MulAdd(x.re, y.im, re_im_[v]);
        im_re_[v] = hn::MulAdd(x.im, y.re, im_re_[v]);
      }
    }
  }

  HWY_INLINE ComplexVec total(std::size_t v) const {
    return {hn::Sub(re_re_[v], im_im_[v]), hn::Add(re_im_[v], im_re_[v])};
  }

 private:
  using Sums = hn::Vec<ComplexTag>[SpectraLayout::kVectors];
  Sums re_re_, im_im_, re_im_, im_re_;
};

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_CONVOLUTION_SPECTRA_INL_H_
