#include "engine/rack/rack_model.h"

#include <array>

#include "engine/base/flush_denormals.h"
#include "engine/rack/rate_adapter.h"

namespace namrack::engine {

RackModel::RackModel(std::shared_ptr<const Model> model, double host_rate)
    : model_(std::move(model)), host_rate_(host_rate), network_(model_->instantiate()) {
  if (model_->sample_rate() != host_rate) {
    adapter_ = std::make_unique<RateAdapter>(model_->sample_rate(), host_rate, kMaxFrames);
  }
  const ScopedFlushDenormals flush_denormals;
  // What it rests at in silence is asked once, here, because the answer takes a run.
  std::array<float, kMaxFrames> frames{};
  reset(InitialState::prewarmed);
  process(frames.data(), frames.data(), frames.size());
  resting_output_ = frames.back();
  reset(InitialState::prewarmed);
}

RackModel::~RackModel() = default;

std::size_t RackModel::latency_frames() const {
  return adapter_ ? adapter_->latency_frames() : 0;
}

std::size_t RackModel::bytes() const {
  return network_->state_bytes() + (adapter_ ? adapter_->bytes() : 0);
}

void RackModel::process(const float* in, float* out, std::size_t frames) noexcept {
  if (adapter_) {
    adapter_->process(*network_, in, out, frames);
  } else {
    network_->process(in, out, frames);
  }
}

void RackModel::reset(InitialState state) noexcept {
  network_->reset(state);
  if (adapter_) adapter_->reset(*network_);
}

}  // namespace namrack::engine
