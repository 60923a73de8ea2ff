#include <cmath>
#include <utility>
#include <vector>

#include "engine/network/reference/reference.h"

namespace namrack::engine {
namespace {

struct ReferenceLstmPlan : NetworkPlan {
  ReferenceLstmPlan(LstmDescription d, std::uint64_t frames)
      : config(d.config), weights(std::move(d.weights)), prewarm_frames(frames) {}
  std::unique_ptr<Network> instantiate() const override;
  std::size_t bytes() const noexcept override { return count_weights(weights) * sizeof(float); }
  const char* target() const noexcept override { return "reference"; }

  LstmConfig config;
  LstmWeights weights;
  std::uint64_t prewarm_frames;
};

double logistic(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}

class ReferenceLstm : public Network {
 public:
  explicit ReferenceLstm(std::shared_ptr<const ReferenceLstmPlan> plan) : plan_(std::move(plan)) {
    states_.resize(plan_->config.num_layers);
    reset(InitialState::prewarmed);
  }

  std::size_t outputs() const noexcept override { return plan_->config.out_channels; }

  void process(const float* in, float* out, std::size_t stride, std::size_t frames) noexcept override {
    const std::size_t hidden = plan_->config.hidden_size;
    for (std::size_t t = 0; t < frames; ++t) {
      const std::vector<double>& x = tick(static_cast<double>(in[t]));
      for (std::size_t o = 0; o < outputs(); ++o) {
        double y = static_cast<double>(plan_->weights.head.bias[o]);
        for (std::size_t h = 0; h < hidden; ++h)
          y += static_cast<double>(plan_->weights.head.weights[o * hidden + h]) * x[h];
        out[o * stride + t] = static_cast<float>(y);
      }
    }
  }

  void reset(InitialState initial) noexcept override {
    for (std::size_t l = 0; l < states_.size(); ++l) {
      const LstmLayerWeights& layer = plan_->weights.layers[l];
      states_[l].hidden.assign(layer.hidden.weights.begin(), layer.hidden.weights.end());
      states_[l].cell.assign(layer.cell.weights.begin(), layer.cell.weights.end());
    }
    if (initial == InitialState::zero) return;
    for (std::uint64_t t = 0; t < plan_->prewarm_frames; ++t) tick(0.0);
  }

  std::size_t state_bytes() const noexcept override {
    return states_.size() * 2 * plan_->config.hidden_size * sizeof(double);
  }

 private:
  struct State {
    std::vector<double> hidden, cell;
  };

  static void step(const LstmLayerWeights& layer, const std::vector<double>& in, State& state) {
    const std::size_t hidden = state.hidden.size();
    const std::size_t columns = in.size() + hidden;
    std::vector<double> z(4 * hidden);
    for (std::size_t row = 0; row < z.size(); ++row) {
      const float* w = &layer.gates.weights[row * columns];
      z[row] = static_cast<double>(layer.gates.bias[row]);
      for (std::size_t i = 0; i < in.size(); ++i) z[row] += static_cast<double>(w[i]) * in[i];
      for (std::size_t i = 0; i < hidden; ++i)
        z[row] += static_cast<double>(w[in.size() + i]) * state.hidden[i];
    }
    for (std::size_t h = 0; h < hidden; ++h) {
      const double i = logistic(z[h]);
      const double f = logistic(z[hidden + h]);
      const double g = std::tanh(z[2 * hidden + h]);
      const double o = logistic(z[3 * hidden + h]);
      state.cell[h] = f * state.cell[h] + i * g;
      state.hidden[h] = o * std::tanh(state.cell[h]);
    }
  }

  /// Returns the hidden state of the last layer.
  const std::vector<double>& tick(double in) {
    const std::vector<double> input{in};
    for (std::size_t l = 0; l < states_.size(); ++l) {
      step(plan_->weights.layers[l], l == 0 ? input : states_[l - 1].hidden, states_[l]);
    }
    return states_.back().hidden;
  }

  std::shared_ptr<const ReferenceLstmPlan> plan_;
  std::vector<State> states_;
};

std::unique_ptr<Network> ReferenceLstmPlan::instantiate() const {
  return std::make_unique<ReferenceLstm>(
      std::static_pointer_cast<const ReferenceLstmPlan>(shared_from_this()));
}

}  // namespace

std::shared_ptr<const NetworkPlan> make_reference_lstm(const LstmDescription& description,
                                                       std::uint64_t prewarm_frames) {
  return std::make_shared<const ReferenceLstmPlan>(description, prewarm_frames);
}

}  // namespace namrack::engine
