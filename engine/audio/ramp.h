#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "engine/audio/block.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// A value that moves to another in a straight line, so that no change clicks. Its values are computed once
/// a block, for all channels. Real-time safe; they do not depend on how the signal is cut into blocks.
class Ramp {
 public:
  /// How long the settings of a path take to move.
  static constexpr double kSeconds = 0.020;

  explicit Ramp(float value = 1.0F, std::size_t frames = 1) : value_(value), target_(value) {
    set_frames(frames);
  }
  /// That a move takes from now on.
  void set_frames(std::size_t frames) NAMRACK_REALTIME { frames_ = std::max<std::size_t>(frames, 1); }

  float value() const NAMRACK_REALTIME { return value_; }
  float target() const NAMRACK_REALTIME { return target_; }
  bool moves() const NAMRACK_REALTIME { return left_ > 0; }

  /// From here to `target`; does nothing when it is on its way there already.
  void go_to(float target) NAMRACK_REALTIME {
    if (target == target_) return;
    target_ = target;
    left_ = frames_;
    step_ = (target_ - value_) / static_cast<float>(frames_);
  }
  void jump_to(float value) NAMRACK_REALTIME {
    value_ = target_ = value;
    left_ = 0;
  }
  void end() NAMRACK_REALTIME { jump_to(target_); }

  /// The values of the next `frames` frames, at most kMaxFrames; until the next call.
  std::span<const float> next(std::size_t frames) NAMRACK_REALTIME {
    std::size_t i = 0;
    for (; i < frames && left_ > 0; ++i) {
      value_ = --left_ == 0 ? target_ : value_ + step_;
      values_[i] = value_;
    }
    std::fill(values_.begin() + static_cast<std::ptrdiff_t>(i),
              values_.begin() + static_cast<std::ptrdiff_t>(frames), value_);
    return {values_.data(), frames};
  }
  /// By the next values. Samples are untouched, bit for bit, while the value rests at 1.
  void multiply(const Block& block) NAMRACK_REALTIME {
    if (!moves()) return multiply_all(block);
    const std::span<const float> values = next(block.frames());
    for (std::size_t channel = 0; channel < block.channels(); ++channel)
      for (std::size_t i = 0; i < values.size(); ++i) block.channel(channel)[i] *= values[i];
  }

 private:
  void multiply_all(const Block& block) const NAMRACK_REALTIME {
    if (value_ == 1.0F) return;
    for (std::size_t channel = 0; channel < block.channels(); ++channel)
      for (float& sample : block.channel(channel)) sample *= value_;
  }

  float value_, target_;
  float step_ = 0.0F;
  std::size_t left_ = 0, frames_ = 1;
  std::array<float, kMaxFrames> values_{};
};

}  // namespace namrack::engine
