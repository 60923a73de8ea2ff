#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

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

  /// In place. `ceiling` is linear, 1.0 = 0 dBFS; infinity turns the guard off, by way of the recovery.
  /// NaN passes, and leaves no trace.
  void process(float* samples, std::size_t frames, float ceiling) noexcept {
    ceiling = std::max(ceiling, 0.0F);
    if (gain_ == 1.0 && is_within(samples, frames, ceiling)) return;
    for (std::size_t i = 0; i < frames; ++i) samples[i] = next(samples[i], ceiling);
  }

  /// Of the last frame, 0 to 1.
  float gain() const noexcept { return static_cast<float>(gain_); }
  void reset() noexcept { gain_ = 1.0; }

 private:
  static bool is_within(const float* samples, std::size_t frames, float ceiling) noexcept {
    int exceeds = 0;  // no branch and no bool, so that it is compared a vector at a time
    for (std::size_t i = 0; i < frames; ++i) exceeds |= static_cast<int>(std::fabs(samples[i]) > ceiling);
    return exceeds == 0;
  }

  float next(float sample, float ceiling) noexcept {
    gain_ += (1.0 - gain_) * recovery_;
    if (1.0 - gain_ < kNothing) gain_ = 1.0;
    const float guarded = sample * static_cast<float>(gain_);
    if (!(std::fabs(guarded) > ceiling)) return guarded;
    gain_ = static_cast<double>(ceiling) / static_cast<double>(std::fabs(sample));
    return std::copysign(ceiling, sample);  // the product might be off by a rounding
  }

  // A float gain this close to 1 is 1, and from there on blocks need only be compared. (The gain itself is a
  // double because a float one would come to a halt far below 1.)
  static constexpr double kNothing = 0x1p-25;

  double gain_ = 1.0;
  double recovery_ = -std::expm1(-1.0 / (kRecoverySeconds * 48000.0));  // a frame's share of what is missing
};

}  // namespace namrack::engine
