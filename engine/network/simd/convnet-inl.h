// The ConvNet (nam-format: section 3), compiled once per SIMD target: a chain of two-tap dilated
// convolutions.

#include <algorithm>
#include <memory>
#include <vector>

#include "engine/base/aligned_floats.h"
#include "engine/network/description/convnet.h"
#include "engine/network/network.h"
#include "engine/network/simd/tile-inl.h"
#include "engine/network/simd/wavenet_plan-inl.h"

#if defined(NAMRACK_SIMD_CONVNET_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_CONVNET_INL_H_
#undef NAMRACK_SIMD_CONVNET_INL_H_
#else
#define NAMRACK_SIMD_CONVNET_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

class ConvNetPlan : public NetworkPlan {
 public:
  ConvNetPlan(const ConvNetConfig& config, const ConvNetWeights& weights)
      : config_(config), packer_(count_packed_floats(weights)) {
    for (std::size_t b = 0; b < config.dilations.size(); ++b)
      blocks_.push_back(packer_.add(weights.blocks[b].conv, config.dilations[b]));
    for (const auto& [channels, reach] : config.histories()) histories_.emplace_back(channels, reach);
    head_ = packer_.add(weights.head);
  }

  std::unique_ptr<Network> instantiate() const override;
  std::size_t bytes() const noexcept override { return packer_.bytes(); }
  const char* target() const noexcept override { return hwy::TargetName(HWY_TARGET); }

  const ConvNetConfig& config() const { return config_; }
  const std::vector<PackedConv>& blocks() const { return blocks_; }
  const std::vector<HistoryLayout>& histories() const { return histories_; }
  const float* head() const { return head_; }

 private:
  ConvNetConfig config_;
  Packer packer_;
  std::vector<PackedConv> blocks_;
  std::vector<HistoryLayout> histories_;  // of each block's input
  const float* head_;
};

class ConvNet : public Network {
 public:
  explicit ConvNet(std::shared_ptr<const ConvNetPlan> plan)
      : plan_(std::move(plan)),
        histories_(plan_->histories()),
        scratch_((plan_->config().channels + plan_->config().out_channels) * kTileFrames) {
    reset(InitialState::prewarmed);
  }

  std::size_t outputs() const noexcept override { return plan_->config().out_channels; }

  void process(const float* in, float* out, std::size_t stride, std::size_t frames) noexcept override {
    for (std::size_t done = 0; done < frames; done += kTileFrames) {
      run_tile(in + done, out + done, stride, std::min(kTileFrames, frames - done), false);
    }
  }

  void reset(InitialState state) noexcept override {
    histories_.clear();
    if (state == InitialState::zero) return;
    const float silence = 0.0F;
    run_tile(&silence, nullptr, 0, 1, true);
  }

  std::size_t state_bytes() const noexcept override {
    return histories_.bytes() + scratch_.size() * sizeof(float);
  }

 private:
  void run_tile(const float* in, float* out, std::size_t stride, std::size_t frames, bool settle) noexcept {
    const ConvNetConfig& config = plan_->config();
    Tile tile;
    tile.frames = frames;
    tile.vectors = (frames + kLanes - 1) / kLanes;
    tile.settle = settle;
    const Rows last = scratch_rows(scratch_.data());
    History* const histories = histories_.data();
    std::copy_n(in, frames, histories[0].current());
    for (std::size_t b = 0; b < histories_.size(); ++b) {
      History& history = histories[b];
      const PackedConv& conv = plan_->blocks()[b];
      const auto past = read_taps(history, tile, Dim<2>(2), conv.dilation, Dim<0>(config.input_size(b)));
      const Rows to = b + 1 == histories_.size() ? last : current_rows(histories[b + 1]);
      multiply(conv.matrix, Dim<0>(config.channels), tile.vectors, StoreTo{to}, past);
      apply(config.activation, tile, config.channels, to, to);
      history.advance(frames);
    }
    const Rows result = scratch_rows(scratch_.data() + config.channels * kTileFrames);
    multiply(plan_->head(), Dim<0>(config.out_channels), tile.vectors, StoreTo{result},
             signal(last.base, Dim<0>(config.channels), kTileFrames));
    if (out == nullptr) return;
    for (std::size_t i = 0; i < config.out_channels; ++i)
      std::copy_n(result.at(i, 0), frames, out + i * stride);
  }

  std::shared_ptr<const ConvNetPlan> plan_;
  Histories histories_;
  AlignedFloats scratch_;
};

inline std::unique_ptr<Network> ConvNetPlan::instantiate() const {
  return std::make_unique<ConvNet>(std::static_pointer_cast<const ConvNetPlan>(shared_from_this()));
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_CONVNET_INL_H_
