#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <span>

#include "engine/audio/block.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// The mean square of a signal's last moments, over all channels. Real-time safe.
class LevelFollower {
 public:
  /// Time constant: long enough for a low note, short enough for the level at a swap.
  static constexpr double kSeconds = 0.050;

  void reset() NAMRACK_REALTIME { mean_square_ = frames_ = 0.0F; }
  float mean_square() const NAMRACK_REALTIME { return mean_square_; }

  void follow(const ConstBlock& block, double sample_rate) NAMRACK_REALTIME {
    if (block.frames() == 0) return;
    const auto count = static_cast<float>(static_cast<int>(block.frames()));
    // At first the plain mean, so that the beginning counts for no more than it is.
    frames_ = std::fmin(frames_, static_cast<float>(kSeconds * sample_rate)) + count;
    const float share = count / frames_;
    float sum = 0.0F;
    for (std::size_t i = 0; i < block.channels(); ++i) sum += sum_of_squares(block.channel(i));
    const float new_mean = sum / (count * static_cast<float>(block.channels()));
    mean_square_ += share * (new_mean - mean_square_);
    if (!std::isfinite(mean_square_)) reset();
  }

 private:
  // Side by side, because one sum after the other would wait for each addition.
  static float sum_of_squares(std::span<const float> samples) NAMRACK_REALTIME {
    constexpr std::size_t kLanes = 16;
    std::array<float, kLanes> sums{};
    std::size_t i = 0;
    for (; i + kLanes <= samples.size(); i += kLanes)
      for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += samples[i + lane] * samples[i + lane];
    float sum = 0.0F;
    for (; i < samples.size(); ++i) sum += samples[i] * samples[i];
    for (const float part : sums) sum += part;
    return sum;
  }

  float mean_square_ = 0.0F;
  float frames_ = 0.0F;  ///< that it is the mean of
};

}  // namespace namrack::engine
