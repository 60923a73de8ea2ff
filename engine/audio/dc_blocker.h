#pragma once

#include <cstddef>

namespace namrack::engine {

/// Takes the constant part out of a signal: a one-pole high-pass at 5 Hz, y = a (y' + x - x'), a = 1 / (1 + 2
/// pi 5 / rate), where ' means the frame before (nam-format: Levels). Real-time safe.
class DcBlocker {
 public:
  static constexpr double kCutoffHz = 5.0;
  /// After this time nothing is left, to 4e-6, of the constant that it took out at first.
  static constexpr double kSettlingSeconds = 0.4;

  /// `resting` is the constant that the input has rested at for ever.
  void reset(double sample_rate, float resting) noexcept {
    constexpr double kTwoPi = 6.283185307179586;
    a_ = static_cast<float>(1.0 / (1.0 + kTwoPi * kCutoffHz / sample_rate));
    x_ = resting;
    y_ = 0.0F;
  }
  float next(float x) noexcept {
    y_ = a_ * (y_ + x - x_);
    x_ = x;
    return y_;
  }

 private:
  float a_ = 1.0F, x_ = 0.0F, y_ = 0.0F;
};

}  // namespace namrack::engine
