#pragma once

#include <cstddef>

namespace namrack::engine {

/// A linear gain that moves to a new value in a straight line, so that no change clicks. Real-time safe.
class GainRamp {
 public:
  explicit GainRamp(float gain = 1.0F) : gain_(gain), target_(gain) {}

  void set_ramp_frames(std::size_t frames) { ramp_frames_ = frames > 0 ? frames : 1; }
  float gain() const { return gain_; }
  float target() const { return target_; }
  bool moving() const { return left_ > 0; }

  /// From here to `target` in the ramp time; does nothing when it is on its way there already.
  void go_to(float target) noexcept {
    if (target == target_) return;
    target_ = target;
    left_ = ramp_frames_;
    step_ = (target_ - gain_) / static_cast<float>(ramp_frames_);
  }
  void jump_to(float gain) noexcept {
    gain_ = target_ = gain;
    left_ = 0;
  }
  /// The gain of the next frame.
  float next() noexcept {
    if (left_ == 0) return gain_;
    gain_ = --left_ == 0 ? target_ : gain_ + step_;
    return gain_;
  }
  /// In place. Leaves the samples untouched, bit for bit, while the gain rests at 1.
  void apply(float* samples, std::size_t frames) noexcept {
    if (left_ == 0 && gain_ == 1.0F) return;
    for (std::size_t i = 0; i < frames; ++i) samples[i] *= next();
  }

 private:
  float gain_, target_;
  float step_ = 0.0F;
  std::size_t left_ = 0;
  std::size_t ramp_frames_ = 1;
};

}  // namespace namrack::engine
