#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "engine/audio/block.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// Keeps every sample within a ceiling, without latency: the gain falls at once with the sample that would
/// exceed it, and recovers exponentially to exactly 1. It protects ears and speakers, and is no limiter to
/// mix into: what it catches is flattened for as long as the sound still rises.
///
/// Samples within the ceiling pass bit for bit while the gain is 1. The result does not depend on how the
/// signal is cut into blocks. One thread at a time; process() and reset() are real-time safe.
class PeakGuard {
 public:
  /// In which what is missing to a gain of 1 falls to 1/e.
  static constexpr double kRecoverySeconds = 0.1;

  void set_sample_rate(double hz) { recovery_ = -std::expm1(-1.0 / (kRecoverySeconds * hz)); }

  /// In place; all channels have the same gain. `ceiling` is linear, 1.0 = 0 dBFS; infinity turns the guard
  /// off, by way of the recovery. NaN passes, and leaves no trace.
  void process(const Block& block, float ceiling) NAMRACK_REALTIME {
    ceiling = std::max(ceiling, 0.0F);
    if (gain_ == 1.0 && is_within(block, ceiling)) return;
    for (std::size_t i = 0; i < block.frames(); ++i) guard(block, i, ceiling);
  }

  /// The gain of the last frame, 0 to 1.
  float gain() const NAMRACK_REALTIME { return static_cast<float>(gain_); }
  void reset() NAMRACK_REALTIME { gain_ = 1.0; }

 private:
  static bool is_within(const ConstBlock& block, float ceiling) NAMRACK_REALTIME {
    int exceeds = 0;  // no branch and no bool, so that it is compared a vector at a time
    for (std::size_t channel = 0; channel < block.channels(); ++channel)
      for (const float sample : block.channel(channel))
        exceeds |= static_cast<int>(std::fabs(sample) > ceiling);
    return exceeds == 0;
  }

  void guard(Block block, std::size_t i, float ceiling) NAMRACK_REALTIME {
    gain_ += (1.0 - gain_) * recovery_;
    if (1.0 - gain_ < kNothing) gain_ = 1.0;
    float loudest = 0.0F;
    for (std::size_t channel = 0; channel < block.channels(); ++channel)
      loudest = std::fmax(loudest, std::fabs(block.channel(channel)[i]));
    const bool exceeds = loudest * static_cast<float>(gain_) > ceiling;
    if (exceeds) gain_ = static_cast<double>(ceiling) / static_cast<double>(loudest);
    for (std::size_t channel = 0; channel < block.channels(); ++channel) {
      float& sample = block.channel(channel)[i];
      // The product might be off by a rounding.
      sample = exceeds && std::fabs(sample) == loudest ? std::copysign(ceiling, sample)
                                                       : sample * static_cast<float>(gain_);
    }
  }

  // A float gain this close to 1 is 1, and from there on blocks need only be compared. (The gain itself is a
  // double because a float one would come to a halt far below 1.)
  static constexpr double kNothing = 0x1p-25;

  double gain_ = 1.0;
  double recovery_ = -std::expm1(-1.0 / (kRecoverySeconds * 48000.0));  // a frame's share of what is missing
};

}  // namespace namrack::engine
