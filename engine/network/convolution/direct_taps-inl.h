// The first taps of a response, one by one, compiled once per SIMD target: frames in the lanes.

#include <algorithm>
#include <cstddef>
#include <span>

#include "engine/base/aligned_floats.h"
#include "hwy/highway.h"

#if defined(NAMRACK_CONVOLUTION_DIRECT_TAPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_CONVOLUTION_DIRECT_TAPS_INL_H_
#undef NAMRACK_CONVOLUTION_DIRECT_TAPS_INL_H_
#else
#define NAMRACK_CONVOLUTION_DIRECT_TAPS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Immutable, shared by all streams.
class DirectTaps {
 public:
  explicit DirectTaps(std::span<const float> taps) : taps_((taps.size() + kGroup - 1) / kGroup * kGroup) {
    std::copy(taps.begin(), taps.end(), taps_.data());
  }

  /// Earlier frames that are read.
  std::size_t window() const { return taps_.size(); }
  std::size_t bytes() const { return taps_.size() * sizeof(float); }

  /// `x`: window() earlier frames, then the `frames` frames, readable up to whole vectors. `y` is written up
  /// to whole vectors.
  void run(const float* x, float* y, std::size_t frames) const {
    const std::size_t vectors = (frames + kLanes - 1) / kLanes;
    std::size_t v = 0;
    for (; v + 4 <= vectors; v += 4) run_vectors<4>(x + v * kLanes, y + v * kLanes);
    if (v + 2 <= vectors) {
      run_vectors<2>(x + v * kLanes, y + v * kLanes);
      v += 2;
    }
    if (v < vectors) run_vectors<1>(x + v * kLanes, y + v * kLanes);
  }

 private:
  using D = hn::ScalableTag<float>;
  static constexpr std::size_t kLanes = hn::MaxLanes(D());
  // Taps a vector apart read the same vectors of input, one vector on: so many of them share their loads.
  static constexpr std::size_t kShared = 4;
  static constexpr std::size_t kGroup = kShared * kLanes;
  // Sums a vector of frames: a single chain of additions would wait for itself.
  static constexpr std::size_t kChains = 2;

  template <std::size_t kVecs>
  void run_vectors(const float* x, float* y) const {
    const D d;
    hn::Vec<D> sum[kVecs][kChains];
    for (auto& chains : sum) {
      for (auto& chain : chains) chain = hn::Zero(d);
    }
    for (std::size_t group = 0; group < taps_.size(); group += kGroup) {
      for (std::size_t k = group; k < group + kLanes; ++k) {
        hn::Vec<D> tap[kShared];
        for (std::size_t c = 0; c < kShared; ++c) tap[c] = hn::Set(d, taps_[k + c * kLanes]);
        const float* const oldest = x + taps_.size() - k - (kShared - 1) * kLanes;
        for (std::size_t shift = 0; shift < kVecs + kShared - 1; ++shift) {
          const auto in = hn::LoadU(d, oldest + shift * kLanes);
          for (std::size_t c = 0; c < kShared; ++c) {
            const std::size_t v = shift + c - (kShared - 1);  // wraps round where there is no such vector
            if (v < kVecs) sum[v][c % kChains] = hn::MulAdd(tap[c], in, sum[v][c % kChains]);
          }
        }
      }
    }
    for (std::size_t v = 0; v < kVecs; ++v) hn::StoreU(hn::Add(sum[v][0], sum[v][1]), d, y + v * kLanes);
  }

  AlignedFloats taps_;
};

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_CONVOLUTION_DIRECT_TAPS_INL_H_
