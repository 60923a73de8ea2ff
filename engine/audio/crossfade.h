#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "engine/audio/block.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// A crossfade between two signals that keeps their common loudness: equal gain when they are alike, equal
/// power when they have nothing in common, and the right amount between and beyond: some amplifiers turn the
/// polarity round.
///
/// With weights a = 1 - s and b = s, two signals of equal power and correlation r sum to the power
/// a^2 + b^2 + 2 r a b; the sum is divided by the root of it. r is measured while the fade runs, over all of
/// its frames so far; at its ends, where there is little to measure, r does not matter. s follows 3 u^2 - 2
/// u^3, whose slope is zero at both ends. Real-time safe; the result does not depend on how the signal is cut
/// into blocks.
class Crossfade {
 public:
  /// At rest on the first signal (`second` false) or the second.
  explicit Crossfade(bool second = false) : to_second_(second) {}

  /// Begins to move to the first or the second signal; `frames` is the time from end to end. A running fade
  /// turns round where it is.
  void go_to(bool second, std::size_t frames) NAMRACK_REALTIME {
    if (left() == 0) ab_ = aa_ = bb_ = 0.0;
    const double done = length_ == 0 ? 1.0 : static_cast<double>(at_) / static_cast<double>(length_);
    const bool turns = second != to_second_;
    length_ = frames;
    at_ = static_cast<std::size_t>((turns ? 1.0 - done : done) * static_cast<double>(frames));
    to_second_ = second;
  }
  /// Makes what is left last `frames` at most.
  void hurry(std::size_t frames) NAMRACK_REALTIME {
    if (left() <= frames) return;
    const double to_do = static_cast<double>(left()) / static_cast<double>(length_);
    length_ = static_cast<std::size_t>(std::lround(static_cast<double>(frames) / to_do));
    at_ = length_ - frames;
  }
  void jump_to(bool second) NAMRACK_REALTIME {
    to_second_ = second;
    at_ = length_ = 0;
  }

  bool to_second() const NAMRACK_REALTIME { return to_second_; }
  /// Frames until it is at rest.
  std::size_t left() const NAMRACK_REALTIME { return length_ - at_; }
  bool rests_on_first() const { return left() == 0 && !to_second_; }

  /// As many channels and frames each; they may be the same memory.
  void process(const ConstBlock& first, const ConstBlock& second, const Block& out) NAMRACK_REALTIME {
    if (left() == 0) return copy(to_second_ ? second : first, out);
    std::size_t i = 0;
    for (; i < out.frames() && at_ < length_; ++i) mix(first, second, out, i);
    copy((to_second_ ? second : first).part(i, out.frames() - i), out.part(i, out.frames() - i));
  }

 private:
  // Two that are each other's opposite cancel half-way, whatever their weights; this keeps those within 1, so
  // that the steps of both are never heard louder than alone.
  static constexpr double kMostOpposed = -0.5;

  void mix(ConstBlock first, ConstBlock second, Block out, std::size_t i) NAMRACK_REALTIME {
    ++at_;
    for (std::size_t channel = 0; channel < out.channels(); ++channel) {
      const auto a = static_cast<double>(first.channel(channel)[i]);
      const auto b = static_cast<double>(second.channel(channel)[i]);
      ab_ += a * b;
      aa_ += a * a;
      bb_ += b * b;
    }
    if (at_ == length_) return copy((to_second_ ? second : first).part(i, 1), out.part(i, 1));
    const float u = static_cast<float>(at_) / static_cast<float>(length_);
    const float smooth = u * u * (3.0F - 2.0F * u);
    const float b = to_second_ ? smooth : 1.0F - smooth;
    const float a = 1.0F - b;
    constexpr double kSilence = 1e-12;  // so that silence counts as alike
    const double r = (ab_ + kSilence) / (std::sqrt(aa_ * bb_) + kSilence);
    const auto likeness = static_cast<float>(std::clamp(r, kMostOpposed, 1.0));
    const float power = std::sqrt(a * a + b * b + 2.0F * likeness * a * b);
    for (std::size_t channel = 0; channel < out.channels(); ++channel)
      out.channel(channel)[i] = (a * first.channel(channel)[i] + b * second.channel(channel)[i]) / power;
  }

  bool to_second_;
  std::size_t at_ = 0, length_ = 0;
  double ab_ = 0.0, aa_ = 0.0, bb_ = 0.0;  // sums of products over the fade so far
};

}  // namespace namrack::engine
