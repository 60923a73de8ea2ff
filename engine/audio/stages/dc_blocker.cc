#include "engine/audio/stages/dc_blocker.h"

#include <numbers>
#include <span>

namespace namrack::engine {

DcBlockerStage::DcBlockerStage(double sample_rate, float resting)
    : sample_rate_(sample_rate),
      resting_(resting),
      a_(static_cast<float>(1.0 / (1.0 + 2.0 * std::numbers::pi * kCutoffHz / sample_rate))),
      share_(0.0F, static_cast<std::size_t>(Ramp::kSeconds * sample_rate)) {
  reset();
}

void DcBlockerStage::reset() NAMRACK_REALTIME {
  channels_.fill({.x = resting_, .y = 0.0F});
  level_.reset();
}

std::size_t DcBlockerStage::settling_frames() const NAMRACK_REALTIME {
  return static_cast<std::size_t>(kSettlingSeconds * sample_rate_);
}

bool DcBlockerStage::process(const Block& block, const ConstBlock&) NAMRACK_REALTIME {
  const Block blocked = memory_.like(block);
  for (std::size_t channel = 0; channel < block.channels(); ++channel) {
    auto [x, y] = channels_[channel];
    const std::span<const float> in = block.channel(channel);
    const std::span<float> out = blocked.channel(channel);
    for (std::size_t i = 0; i < in.size(); ++i) {
      y = a_ * (y + in[i] - x);
      x = in[i];
      out[i] = y;
    }
    channels_[channel] = {.x = x, .y = y};
  }
  level_.follow(blocked, sample_rate_);
  if (!share_.moves() && share_.value() == 0.0F) return true;
  const std::span<const float> share = share_.next(block.frames());
  for (std::size_t channel = 0; channel < block.channels(); ++channel) {
    const std::span<float> out = block.channel(channel);
    for (std::size_t i = 0; i < out.size(); ++i)
      if (share[i] != 0.0F) out[i] += share[i] * (blocked.channel(channel)[i] - out[i]);
  }
  return true;
}

}  // namespace namrack::engine
