#include <utility>

#include "engine/network/reference/columns.h"
#include "engine/network/reference/reference.h"

namespace namrack::engine {
namespace {

using namespace reference;

struct ReferenceConvNetPlan : NetworkPlan {
  ReferenceConvNetPlan(ConvNetDescription d, std::uint64_t frames)
      : config(std::move(d.config)), weights(std::move(d.weights)), prewarm_frames(frames) {}
  std::unique_ptr<Network> instantiate() const override;
  std::size_t bytes() const noexcept override { return count_weights(weights) * sizeof(float); }
  const char* target() const noexcept override { return "reference"; }

  ConvNetConfig config;
  ConvNetWeights weights;
  std::uint64_t prewarm_frames;
};

class ReferenceConvNet : public Network {
 public:
  explicit ReferenceConvNet(std::shared_ptr<const ReferenceConvNetPlan> plan) : plan_(std::move(plan)) {
    for (const auto& [channels, reach] : plan_->config.histories()) histories_.emplace_back(channels, reach);
    reset(InitialState::prewarmed);
  }

  std::size_t outputs() const noexcept override { return plan_->config.out_channels; }

  void process(const float* in, float* out, std::size_t stride, std::size_t frames) noexcept override {
    for (std::size_t t = 0; t < frames; ++t) {
      const Column y = tick(static_cast<double>(in[t]));
      for (std::size_t o = 0; o < y.size(); ++o) out[o * stride + t] = static_cast<float>(y[o]);
    }
  }

  void reset(InitialState state) noexcept override {
    for (History& history : histories_) history.clear();
    if (state == InitialState::zero) return;
    for (std::uint64_t t = 0; t < plan_->prewarm_frames; ++t) tick(0.0);
  }

  std::size_t state_bytes() const noexcept override {
    std::size_t bytes = 0;
    for (const History& history : histories_) bytes += history.bytes();
    return bytes;
  }

 private:
  Column tick(double in) {
    const ConvNetConfig& config = plan_->config;
    Column x{in};
    for (std::size_t b = 0; b < histories_.size(); ++b) {
      histories_[b].push(x);
      x = convolve(plan_->weights.blocks[b].conv, histories_[b], config.dilations[b]);
      for (std::size_t c = 0; c < x.size(); ++c) x[c] = reference_activation(config.activation, x[c], c);
    }
    return multiply(plan_->weights.head, x);
  }

  std::shared_ptr<const ReferenceConvNetPlan> plan_;
  std::vector<History> histories_;  // of each block's input
};

std::unique_ptr<Network> ReferenceConvNetPlan::instantiate() const {
  return std::make_unique<ReferenceConvNet>(
      std::static_pointer_cast<const ReferenceConvNetPlan>(shared_from_this()));
}

}  // namespace

std::shared_ptr<const NetworkPlan> make_reference_convnet(const ConvNetDescription& description,
                                                          std::uint64_t prewarm_frames) {
  return std::make_shared<const ReferenceConvNetPlan>(description, prewarm_frames);
}

}  // namespace namrack::engine
