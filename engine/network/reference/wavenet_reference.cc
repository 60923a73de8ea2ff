#include <utility>

#include "engine/network/reference/columns.h"
#include "engine/network/reference/reference.h"

namespace namrack::engine {
namespace {

using namespace reference;

struct ReferenceWaveNetPlan : NetworkPlan {
  ReferenceWaveNetPlan(WaveNetDescription d, std::shared_ptr<const NetworkPlan> c, std::uint64_t frames)
      : config(std::move(d.config)),
        weights(std::move(d.weights)),
        condition(std::move(c)),
        prewarm_frames(frames) {}
  std::unique_ptr<Network> instantiate() const override;
  std::size_t bytes() const noexcept override { return count_weights(weights) * sizeof(float); }
  const char* target() const noexcept override { return "reference"; }

  WaveNetConfig config;
  WaveNetWeights weights;
  std::shared_ptr<const NetworkPlan> condition;
  std::uint64_t prewarm_frames;
};

/// nam-format, section 6.4: scale rows first, then shift rows.
void modulate(const LayerWeights& layer, FilmSite site, const Column& condition, Column& x) {
  const auto& film = layer.films[static_cast<std::size_t>(site)];
  if (!film) return;
  const Column s = multiply(*film, condition);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = x[i] * s[i] + (s.size() > x.size() ? s[x.size() + i] : 0.0);
}

Column activate(const LayerConfig& layer, const Column& z, std::size_t width) {
  Column a(width);
  for (std::size_t c = 0; c < width; ++c) {
    a[c] = reference_activation(layer.activation, z[c], c);
    if (layer.gating == Gating::none) continue;
    const double gate = reference_activation(layer.secondary, z[width + c], c);
    a[c] = layer.gating == Gating::gated ? a[c] * gate : gate * a[c] + (1.0 - gate) * z[c];
  }
  return a;
}

class ReferenceWaveNet : public Network {
 public:
  explicit ReferenceWaveNet(std::shared_ptr<const ReferenceWaveNetPlan> plan) : plan_(std::move(plan)) {
    for (const auto& [channels, reach] : plan_->config.histories()) histories_.emplace_back(channels, reach);
    if (plan_->condition) condition_ = plan_->condition->instantiate();
    reset(InitialState::prewarmed);
  }

  std::size_t outputs() const noexcept override { return plan_->config.out_channels(); }

  void process(const float* in, float* out, std::size_t stride, std::size_t frames) noexcept override {
    for (std::size_t t = 0; t < frames; ++t) {
      const Column y = tick(in[t]);
      for (std::size_t o = 0; o < y.size(); ++o) out[o * stride + t] = static_cast<float>(y[o]);
    }
  }

  void reset(InitialState state) noexcept override {
    for (History& history : histories_) history.clear();
    // The condition is prewarmed by the same silence, and by no other.
    if (condition_) condition_->reset(InitialState::zero);
    if (state == InitialState::zero) return;
    for (std::uint64_t t = 0; t < plan_->prewarm_frames; ++t) tick(0.0F);
  }

  std::size_t state_bytes() const noexcept override {
    std::size_t bytes = 0;
    for (const History& history : histories_) bytes += history.bytes();
    return bytes;
  }

 private:
  Column tick(float in) {
    Column condition{static_cast<double>(in)};
    if (condition_) {
      std::vector<float> values(condition_->outputs());
      condition_->process(&in, values.data(), 1, 1);
      condition.assign(values.begin(), values.end());
    }
    Column y{static_cast<double>(in)};
    Column head(plan_->config.arrays.front().skip_size(), 0.0);
    auto history = histories_.begin();
    for (std::size_t a = 0; a < plan_->config.arrays.size(); ++a) {
      const LayerArrayConfig& array = plan_->config.arrays[a];
      const LayerArrayWeights& weights = plan_->weights.arrays[a];
      y = multiply(weights.rechannel, y);
      for (std::size_t l = 0; l < array.layers.size(); ++l) {
        run_layer(array, array.layers[l], weights.layers[l], condition, *history++, y, head);
      }
      history->push(head);
      head = convolve(weights.head, *history++, array.head.dilation);
    }
    for (double& h : head) h *= static_cast<double>(plan_->weights.head_scale.weights.front());
    for (std::size_t j = 0; j < plan_->weights.post_head.size(); ++j) {
      const PostHeadConfig& post = *plan_->config.head;
      for (std::size_t c = 0; c < head.size(); ++c)
        head[c] = reference_activation(post.activation, head[c], c);
      history->push(head);
      head = convolve(plan_->weights.post_head[j], *history++, 1);
    }
    return head;
  }

  // nam-format, section 6.5, line by line.
  static void run_layer(const LayerArrayConfig& array, const LayerConfig& layer, const LayerWeights& weights,
                        const Column& condition, History& history, Column& y, Column& head) {
    Column u = y;
    modulate(weights, FilmSite::conv_pre, condition, u);
    history.push(u);
    Column z = convolve(weights.conv, history, layer.dilation);
    modulate(weights, FilmSite::conv_post, condition, z);
    Column m = condition;
    modulate(weights, FilmSite::mixin_pre, condition, m);
    m = multiply(weights.mixin, m);
    modulate(weights, FilmSite::mixin_post, condition, m);
    add(z, m);
    modulate(weights, FilmSite::activation_pre, condition, z);
    Column a = activate(layer, z, array.bottleneck);
    modulate(weights, FilmSite::activation_post, condition, a);
    Column s = weights.head1x1 ? multiply(*weights.head1x1, a) : a;
    modulate(weights, FilmSite::head1x1_post, condition, s);
    add(head, s);
    if (!weights.layer1x1) return;
    Column r = multiply(*weights.layer1x1, a);
    modulate(weights, FilmSite::layer1x1_post, condition, r);
    add(y, r);
  }

  std::shared_ptr<const ReferenceWaveNetPlan> plan_;
  std::unique_ptr<Network> condition_;
  std::vector<History>
      histories_;  // of each layer and then the head, array by array; then of the post-stack head
};

std::unique_ptr<Network> ReferenceWaveNetPlan::instantiate() const {
  return std::make_unique<ReferenceWaveNet>(
      std::static_pointer_cast<const ReferenceWaveNetPlan>(shared_from_this()));
}

}  // namespace

std::shared_ptr<const NetworkPlan> make_reference_wavenet(const WaveNetDescription& description,
                                                          std::shared_ptr<const NetworkPlan> condition,
                                                          std::uint64_t prewarm_frames) {
  return std::make_shared<const ReferenceWaveNetPlan>(description, std::move(condition), prewarm_frames);
}

}  // namespace namrack::engine
