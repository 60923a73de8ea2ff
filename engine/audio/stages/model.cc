#include "engine/audio/stages/model.h"

#include <array>
#include <cmath>
#include <span>
#include <utility>

#include "engine/audio/input_guard.h"
#include "engine/audio/rate_adapter.h"
#include "engine/base/flush_denormals.h"

namespace namrack::engine {

ModelStage::ModelStage(std::shared_ptr<const NetworkPlan> plan, double model_rate,
                       std::uint64_t receptive_field, double host_rate)
    : plan_(std::move(plan)),
      host_rate_(host_rate),
      network_(plan_->instantiate()),
      adapter_(model_rate == host_rate ? nullptr
                                       : std::make_unique<RateAdapter>(model_rate, host_rate, kMaxFrames)),
      memory_frames_(static_cast<std::size_t>(
                         std::ceil(static_cast<double>(receptive_field) * (host_rate / model_rate))) +
                     (adapter_ ? adapter_->span_frames() : 0)) {
  const ScopedFlushDenormals flush_denormals;
  // The output in silence is asked for once, here, because the answer takes a run.
  std::array<float, kMaxFrames> frames{};
  reset();
  run(frames.data(), frames.size());
  resting_output_ = frames.back();
  reset();
}

ModelStage::~ModelStage() = default;

std::size_t ModelStage::latency_frames() const NAMRACK_REALTIME {
  return adapter_ ? adapter_->latency_frames() : 0;
}

std::size_t ModelStage::period_frames() const NAMRACK_REALTIME {
  return adapter_ ? adapter_->period_frames() : 1;
}

std::size_t ModelStage::bytes() const {
  return network_->state_bytes() + (adapter_ ? adapter_->bytes() : 0);
}

void ModelStage::run(float* samples, std::size_t frames) NAMRACK_REALTIME {
  if (adapter_)
    adapter_->process(*network_, samples, samples, frames);
  else
    network_->process(samples, samples, frames);
}

void ModelStage::reset(InitialState state) NAMRACK_REALTIME {
  network_->reset(state);
  if (adapter_) adapter_->reset(*network_);
}

bool ModelStage::process(const Block& block, const ConstBlock&) NAMRACK_REALTIME {
  const std::span<float> mono = block.channel(0);
  run(mono.data(), mono.size());
  const bool sound = is_sound(mono);
  if (!sound) {
    std::ranges::fill(mono, resting_output_);
    reset();
  }
  for (std::size_t i = 1; i < block.channels(); ++i) std::ranges::copy(mono, block.channel(i).begin());
  return sound;
}

}  // namespace namrack::engine
