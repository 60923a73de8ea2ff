#include <utility>

#include "engine/network/reference/columns.h"
#include "engine/network/reference/reference.h"

namespace namrack::engine {
namespace {

using namespace reference;

struct ReferenceLinearPlan : NetworkPlan {
  explicit ReferenceLinearPlan(LinearWeights w) : weights(std::move(w)) {}
  std::unique_ptr<Network> instantiate() const override;
  std::size_t bytes() const noexcept override { return weights.response.weights.size() * sizeof(float); }
  const char* target() const noexcept override { return "reference"; }

  LinearWeights weights;
};

class ReferenceLinear : public Network {
 public:
  explicit ReferenceLinear(std::shared_ptr<const ReferenceLinearPlan> plan)
      : plan_(std::move(plan)), history_(1, plan_->weights.response.shape.kernel - 1) {}

  std::size_t outputs() const noexcept override { return 1; }

  void process(const float* in, float* out, std::size_t, std::size_t frames) noexcept override {
    const std::vector<float>& response = plan_->weights.response.weights;
    for (std::size_t t = 0; t < frames; ++t) {
      history_.push({static_cast<double>(in[t])});
      double y = static_cast<double>(plan_->weights.bias());
      for (std::size_t k = 0; k < response.size(); ++k)
        y += static_cast<double>(response[k]) * history_.ago(k)[0];
      out[t] = static_cast<float>(y);
    }
  }

  void reset(InitialState) noexcept override { history_.clear(); }
  std::size_t state_bytes() const noexcept override { return history_.bytes(); }

 private:
  std::shared_ptr<const ReferenceLinearPlan> plan_;
  History history_;
};

std::unique_ptr<Network> ReferenceLinearPlan::instantiate() const {
  return std::make_unique<ReferenceLinear>(
      std::static_pointer_cast<const ReferenceLinearPlan>(shared_from_this()));
}

}  // namespace

std::shared_ptr<const NetworkPlan> make_reference_linear(const LinearDescription& description) {
  return std::make_shared<const ReferenceLinearPlan>(description.weights);
}

}  // namespace namrack::engine
