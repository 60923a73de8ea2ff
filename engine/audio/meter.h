#pragma once

#include <atomic>
#include <cmath>
#include <cstddef>

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
  void measure(ConstBlock block) NAMRACK_REALTIME {
    if (restart_.exchange(false, std::memory_order_acquire))
      peak_held_ = square_sum_held_ = frames_held_ = 0.0F;
    float peak = peak_held_;
    float sum = 0.0F;
    for (std::size_t channel = 0; channel < block.channels(); ++channel)
      for (const float sample : block.channel(channel)) {
        peak = std::fmax(peak, std::fabs(sample));
        sum += sample * sample;
      }
    peak_held_ = peak;
    square_sum_held_ += sum;
    frames_held_ += static_cast<float>(block.frames() * block.channels());
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
  float peak_held_ = 0.0F, square_sum_held_ = 0.0F, frames_held_ = 0.0F;  // audio thread only
  std::atomic<float> peak_{0.0F}, rms_{0.0F};
  std::atomic<bool> restart_{false};
};

}  // namespace namrack::engine
