// The convolver, compiled once per SIMD target: the first taps one by one, the rest in tiers.

#include <algorithm>
#include <bit>
#include <memory>
#include <span>
#include <vector>

#include "engine/network/convolution/convolver.h"
#include "engine/network/convolution/direct_taps-inl.h"
#include "engine/network/convolution/input_history.h"
#include "engine/network/convolution/partition_tier-inl.h"

#if defined(NAMRACK_CONVOLUTION_CONVOLVER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_CONVOLUTION_CONVOLVER_INL_H_
#undef NAMRACK_CONVOLUTION_CONVOLVER_INL_H_
#else
#define NAMRACK_CONVOLUTION_CONVOLVER_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

class PartitionedPlan : public ConvolverPlan {
 public:
  PartitionedPlan(std::span<const float> response, const ConvolutionLayout& layout)
      : head_(response.first(layout.head_taps)) {
    for (const ConvolutionTier& tier : layout.tiers) tiers_.emplace_back(tier, response);
  }

  std::unique_ptr<Convolver> instantiate() const override;
  std::size_t bytes() const noexcept override {
    std::size_t bytes = head_.bytes();
    for (const TierPlan& tier : tiers_) bytes += tier.bytes();
    return bytes;
  }
  const char* target() const noexcept override { return hwy::TargetName(HWY_TARGET); }

  const DirectTaps& head() const { return head_; }
  const std::vector<TierPlan>& tiers() const { return tiers_; }
  /// Frames of input to keep: a power of two, so that segments of all sizes lie in the ring in one piece. A
  /// tile, written ahead of the jobs, must not reach round to the two segments that a job reads.
  std::size_t history_frames() const {
    const std::size_t segments = tiers_.empty() ? 0 : 3 * tiers_.back().size();
    return std::bit_ceil(std::max(segments, head_.window()) + InputHistory::kMostFrames);
  }

 private:
  DirectTaps head_;
  std::vector<TierPlan> tiers_;
};

class PartitionedConvolver : public Convolver {
 public:
  explicit PartitionedConvolver(std::shared_ptr<const PartitionedPlan> plan)
      : plan_(std::move(plan)), input_(plan_->head().window(), plan_->history_frames()) {
    for (const TierPlan& tier : plan_->tiers()) tiers_.emplace_back(tier);
  }

  void process(const float* in, float* out, std::size_t frames) noexcept override {
    for (std::size_t done = 0; done < frames; done += InputHistory::kMostFrames) {
      run_tile(in + done, out + done, std::min(InputHistory::kMostFrames, frames - done));
    }
  }

  void reset() noexcept override {
    input_.reset();
    for (Tier& tier : tiers_) tier.reset();
  }

  std::size_t state_bytes() const noexcept override {
    std::size_t bytes = input_.bytes();
    for (const Tier& tier : tiers_) bytes += tier.bytes();
    return bytes;
  }

 private:
  void run_tile(const float* in, float* out, std::size_t frames) noexcept {
    HWY_ALIGN float sum[InputHistory::kMostFrames];
    input_.write(in, frames);
    plan_->head().run(input_.window(), sum, frames);
    for (Tier& tier : tiers_) tier.add(input_, sum, frames);
    std::copy_n(sum, frames, out);
  }

  std::shared_ptr<const PartitionedPlan> plan_;
  InputHistory input_;
  std::vector<Tier> tiers_;
};

inline std::unique_ptr<Convolver> PartitionedPlan::instantiate() const {
  return std::make_unique<PartitionedConvolver>(
      std::static_pointer_cast<const PartitionedPlan>(shared_from_this()));
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_CONVOLUTION_CONVOLVER_INL_H_
