#include "engine/network/simd/linear_simd.h"

#include "engine/network/convolution/convolver.h"

namespace namrack::engine {
namespace {

class LinearPlan : public NetworkPlan {
 public:
  explicit LinearPlan(const LinearWeights& weights)
      : convolver_(make_convolver_plan(weights.response.weights)), bias_(weights.bias()) {}

  std::unique_ptr<Network> instantiate() const override;
  std::size_t bytes() const noexcept override { return convolver_->bytes(); }
  const char* target() const noexcept override { return convolver_->target(); }

  const ConvolverPlan& convolver() const { return *convolver_; }
  float bias() const { return bias_; }

 private:
  std::shared_ptr<const ConvolverPlan> convolver_;
  float bias_;
};

class Linear : public Network {
 public:
  explicit Linear(const LinearPlan& plan) : convolver_(plan.convolver().instantiate()), bias_(plan.bias()) {}

  std::size_t outputs() const noexcept override { return 1; }

  void process(const float* in, float* out, std::size_t, std::size_t frames) noexcept override {
    convolver_->process(in, out, frames);
    for (std::size_t t = 0; t < frames; ++t) out[t] += bias_;
  }

  // Silence is an empty history, so both initial states are the same.
  void reset(InitialState) noexcept override { convolver_->reset(); }

  std::size_t state_bytes() const noexcept override { return convolver_->state_bytes(); }

 private:
  std::unique_ptr<Convolver> convolver_;  // keeps its plan alive
  float bias_;
};

std::unique_ptr<Network> LinearPlan::instantiate() const {
  return std::make_unique<Linear>(*this);
}

}  // namespace

std::shared_ptr<const NetworkPlan> make_simd_linear(const LinearWeights& weights) {
  return std::make_shared<const LinearPlan>(weights);
}

}  // namespace namrack::engine
