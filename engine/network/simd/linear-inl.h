// The linear model (nam-format: section 2), compiled once per SIMD target: its response, tap by tap, frames
// in the lanes.

#include <algorithm>
#include <memory>

#include "engine/base/aligned_floats.h"
#include "engine/model/linear_config.h"
#include "engine/network/network.h"
#include "engine/network/simd/history-inl.h"
#include "engine/network/simd/matrix_tile-inl.h"

#if defined(NAMRACK_SIMD_LINEAR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_LINEAR_INL_H_
#undef NAMRACK_SIMD_LINEAR_INL_H_
#else
#define NAMRACK_SIMD_LINEAR_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

class LinearPlan : public NetworkPlan {
 public:
  explicit LinearPlan(const LinearWeights& weights) : weights_(weights) {}

  std::unique_ptr<Network> instantiate() const override;
  std::size_t bytes() const noexcept override { return weights_.response.size() * sizeof(float); }
  const char* target() const noexcept override { return hwy::TargetName(HWY_TARGET); }
  const LinearWeights& weights() const { return weights_; }

 private:
  LinearWeights weights_;
};

class Linear : public Network {
 public:
  explicit Linear(std::shared_ptr<const LinearPlan> plan)
      : plan_(std::move(plan)),
        layout_(1, plan_->weights().response.size() - 1),
        history_(layout_.floats()),
        ring_(layout_, history_.data()) {}

  std::size_t outputs() const noexcept override { return 1; }

  void process(const float* in, float* out, std::size_t, std::size_t frames) noexcept override {
    for (std::size_t done = 0; done < frames; done += kTileFrames) {
      run_tile(in + done, out + done, std::min(kTileFrames, frames - done));
    }
  }

  // Silence is an empty history, so both initial states are the same.
  void reset(InitialState) noexcept override { std::fill_n(history_.data(), history_.size(), 0.0F); }

  std::size_t state_bytes() const noexcept override { return history_.size() * sizeof(float); }

 private:
  void run_tile(const float* in, float* out, std::size_t frames) noexcept {
    const FloatTag d;
    std::copy_n(in, frames, ring_.current());
    ring_.commit(frames);
    const std::vector<float>& response = plan_->weights().response;
    constexpr std::size_t kVectors = kTileFrames / kLanes < 8 ? kTileFrames / kLanes : 8;
    HWY_ALIGN float result[kTileFrames];
    for (std::size_t begin = 0; begin < frames; begin += kVectors * kLanes) {
      FloatVec sum[kVectors];
      for (FloatVec& s : sum) s = hn::Set(d, plan_->weights().bias);
      for (std::size_t k = 0; k < response.size(); ++k) {
        const float* const x = ring_.delayed(k) + begin;
        const auto tap = hn::Set(d, response[k]);
        for (std::size_t v = 0; v < kVectors; ++v)
          sum[v] = hn::MulAdd(tap, hn::LoadU(d, x + v * kLanes), sum[v]);
      }
      for (std::size_t v = 0; v < kVectors; ++v) hn::Store(sum[v], d, result + begin + v * kLanes);
    }
    std::copy_n(result, frames, out);
    ring_.advance(frames);
  }

  std::shared_ptr<const LinearPlan> plan_;
  HistoryLayout layout_;
  AlignedFloats history_;
  History ring_;
};

inline std::unique_ptr<Network> LinearPlan::instantiate() const {
  return std::make_unique<Linear>(std::static_pointer_cast<const LinearPlan>(shared_from_this()));
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_LINEAR_INL_H_
