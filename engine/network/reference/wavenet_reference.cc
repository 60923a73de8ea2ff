#include <algorithm>
#include <utility>
#include <vector>

#include "engine/network/reference/reference.h"

namespace namrack::engine {
namespace {

using Column = std::vector<double>;  // one value a channel

struct WaveNetPlan : NetworkPlan {
  WaveNetPlan(WaveNetConfig c, WaveNetWeights w) : config(std::move(c)), weights(std::move(w)) {}
  std::unique_ptr<Network> instantiate() const override;
  std::size_t bytes() const noexcept override { return config.weight_count() * sizeof(float); }
  const char* target() const noexcept override { return "reference"; }

  WaveNetConfig config;
  WaveNetWeights weights;
};

/// The last `reach + 1` columns of a signal.
class History {
 public:
  History(std::size_t channels, std::size_t reach) : columns_(reach + 1, Column(channels, 0.0)) {}
  void push(const Column& column) {
    newest_ = (newest_ + 1) % columns_.size();
    columns_[newest_] = column;
  }
  const Column& ago(std::size_t frames) const {
    return columns_[(newest_ + columns_.size() - frames) % columns_.size()];
  }
  void clear() {
    for (Column& column : columns_) std::fill(column.begin(), column.end(), 0.0);
  }
  std::size_t bytes() const { return columns_.size() * columns_.front().size() * sizeof(double); }

 private:
  std::vector<Column> columns_;
  std::size_t newest_ = 0;
};

Column convolve(const ConvWeights& conv, const History& x, std::size_t rows, const LayerConfig& layer) {
  const std::size_t columns = x.ago(0).size();
  const std::size_t kernel = layer.kernel_size;
  Column y(rows, 0.0);
  for (std::size_t o = 0; o < rows; ++o) {
    y[o] = static_cast<double>(conv.bias[o]);
    for (std::size_t i = 0; i < columns; ++i) {
      for (std::size_t k = 0; k < kernel; ++k) {
        y[o] += static_cast<double>(conv.weights[(o * columns + i) * kernel + k]) *
                x.ago((kernel - 1 - k) * layer.dilation)[i];
      }
    }
  }
  return y;
}

Column multiply(const ConvWeights& matrix, const Column& x, std::size_t rows) {
  Column y(rows, 0.0);
  for (std::size_t o = 0; o < rows; ++o) {
    if (!matrix.bias.empty()) y[o] = static_cast<double>(matrix.bias[o]);
    for (std::size_t i = 0; i < x.size(); ++i)
      y[o] += static_cast<double>(matrix.weights[o * x.size() + i]) * x[i];
  }
  return y;
}

void add(Column& to, const Column& from) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

Column activate(const LayerConfig& layer, const Column& z, std::size_t channels) {
  Column a(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    a[c] = reference_activation(layer.activation, z[c], c);
    if (layer.gating == Gating::none) continue;
    const double gate = reference_activation(layer.secondary, z[channels + c], c);
    a[c] = layer.gating == Gating::gated ? a[c] * gate : gate * a[c] + (1.0 - gate) * z[c];
  }
  return a;
}

class ReferenceWaveNet : public Network {
 public:
  explicit ReferenceWaveNet(std::shared_ptr<const WaveNetPlan> plan) : plan_(std::move(plan)) {
    for (const LayerArrayConfig& array : plan_->config.arrays) {
      for (const LayerConfig& layer : array.layers) histories_.emplace_back(array.channels, layer.reach());
    }
    reset(InitialState::prewarmed);
  }

  void process(const float* in, float* out, std::size_t frames) noexcept override {
    for (std::size_t t = 0; t < frames; ++t) out[t] = static_cast<float>(tick(static_cast<double>(in[t])));
  }

  void reset(InitialState state) noexcept override {
    for (History& history : histories_) history.clear();
    if (state == InitialState::zero) return;
    for (std::uint64_t t = 0; t < plan_->config.receptive_field(); ++t) tick(0.0);
  }

  std::size_t state_bytes() const noexcept override {
    std::size_t bytes = 0;
    for (const History& history : histories_) bytes += history.bytes();
    return bytes;
  }

 private:
  double tick(double in) {
    const Column condition{in};
    Column y{in};
    Column head;
    std::size_t history = 0;
    for (std::size_t a = 0; a < plan_->config.arrays.size(); ++a) {
      const LayerArrayConfig& array = plan_->config.arrays[a];
      const LayerArrayWeights& weights = plan_->weights.arrays[a];
      y = multiply(weights.rechannel, y, array.channels);
      Column skip = a == 0 ? Column(array.channels, 0.0) : head;
      for (std::size_t l = 0; l < array.layers.size(); ++l) {
        const LayerConfig& layer = array.layers[l];
        const std::size_t rows = array.conv_rows(layer);
        History& x = histories_[history++];
        x.push(y);
        Column z = convolve(weights.layers[l].conv, x, rows, layer);
        add(z, multiply(weights.layers[l].mixin, condition, rows));
        const Column activated = activate(layer, z, array.channels);
        add(skip, activated);
        add(y, multiply(weights.layers[l].one_by_one, activated, array.channels));
      }
      head = multiply(weights.head, skip, array.head_size);
    }
    return static_cast<double>(plan_->weights.head_scale) * head.front();
  }

  std::shared_ptr<const WaveNetPlan> plan_;
  std::vector<History> histories_;  // one a layer, over all arrays
};

std::unique_ptr<Network> WaveNetPlan::instantiate() const {
  return std::make_unique<ReferenceWaveNet>(std::static_pointer_cast<const WaveNetPlan>(shared_from_this()));
}

}  // namespace

std::shared_ptr<const NetworkPlan> make_reference_wavenet(const WaveNetConfig& config,
                                                          const WaveNetWeights& weights) {
  return std::make_shared<const WaveNetPlan>(config, weights);
}

}  // namespace namrack::engine
