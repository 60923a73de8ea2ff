#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/audio/block.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// Peak and RMS level of one signal. The audio thread measures, one other thread reads and thereby restarts
/// the measurement; both sides are wait-free. Samples are linear, 1.0 = 0 dBFS.
class Meter {
 public:
  struct Reading {
    float peak = 0.0F;  ///< largest absolute sample since the last read
    float rms = 0.0F;   ///< over the frames since the last read
  };

  /// Audio thread.
  void measure(const ConstBlock& block) NAMRACK_REALTIME {
    if (restart_.exchange(false, std::memory_order_acquire))
      peak_held_ = square_sum_held_ = frames_held_ = 0.0F;
    float peak = peak_held_;
    float sum = 0.0F;
    for (std::size_t channel = 0; channel < block.channels(); ++channel) {
      peak = std::max(peak, largest(block.channel(channel)));
      for (const float sample : block.channel(channel)) sum += sample * sample;
    }
    peak_held_ = peak;
    square_sum_held_ += sum;
    frames_held_ += static_cast<float>(static_cast<int>(block.frames() * block.channels()));
    peak_.store(peak, std::memory_order_relaxed);
    rms_.store(frames_held_ > 0.0F ? std::sqrt(square_sum_held_ / frames_held_) : 0.0F,
               std::memory_order_relaxed);
  }

  /// Any one thread.
  Reading read_and_restart() NAMRACK_REALTIME {
    const Reading reading = peek();
    restart_.store(true, std::memory_order_release);
    return reading;
  }
  Reading peek() const NAMRACK_REALTIME {
    return {peak_.load(std::memory_order_relaxed), rms_.load(std::memory_order_relaxed)};
  }

 private:
  // As whole numbers, which are in the same order and can be compared a vector at a time.
  static float largest(std::span<const float> samples) NAMRACK_REALTIME {
    constexpr std::int32_t kMagnitude = 0x7FFFFFFF;
    std::int32_t most = 0;
    for (const float sample : samples)
      most = std::max(most, std::bit_cast<std::int32_t>(sample) & kMagnitude);
    return std::bit_cast<float>(most);
  }

  float peak_held_ = 0.0F, square_sum_held_ = 0.0F, frames_held_ = 0.0F;  // audio thread only
  std::atomic<float> peak_{0.0F}, rms_{0.0F};
  std::atomic<bool> restart_{false};
};

}  // namespace namrack::engine
