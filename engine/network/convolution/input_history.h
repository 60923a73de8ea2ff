#pragma once

#include <algorithm>
#include <cstddef>

#include "engine/base/aligned_floats.h"

namespace namrack::engine {

/// The past input of a convolver: a ring whose first frames are mirrored behind its end, so that the window
/// of the direct taps is contiguous at every position. Real-time safe but for the constructor.
class InputHistory {
 public:
  /// The most frames that one write() may carry.
  static constexpr std::size_t kMostFrames = 64;

  /// `window`: how many earlier frames window() shows. `length`: frames of the ring, at least `window` +
  /// kMostFrames.
  InputHistory(std::size_t window, std::size_t length)
      : window_(window), length_(length), memory_(length + window + kMostFrames) {}

  /// Appends `frames` frames.
  void write(const float* in, std::size_t frames) noexcept {
    begin_ = end_;
    float* const ring = memory_.data();
    const std::size_t mirrored = window_ + kMostFrames;
    const std::size_t end = begin_ + frames;
    std::copy_n(in, frames, ring + begin_);
    if (end > length_) std::copy(ring + length_, ring + end, ring);
    if (begin_ < mirrored) {
      std::copy(ring + begin_, ring + std::min({end, length_, mirrored}), ring + length_ + begin_);
    }
    end_ = end < length_ ? end : end - length_;
  }

  /// The `window` frames before the last write, then the frames of that write, readable up to kMostFrames.
  const float* window() const noexcept {
    return memory_.data() + (begin_ >= window_ ? begin_ : begin_ + length_) - window_;
  }
  /// Frames [index * frames, (index + 1) * frames) of the stream, while the ring holds them; `frames` divides
  /// its length.
  const float* segment(std::size_t index, std::size_t frames) const noexcept {
    return memory_.data() + index * frames % length_;
  }

  /// Silence, and the start of the stream.
  void reset() noexcept {
    std::fill_n(memory_.data(), memory_.size(), 0.0F);
    begin_ = end_ = 0;
  }
  std::size_t bytes() const noexcept { return memory_.size() * sizeof(float); }

 private:
  std::size_t window_;
  std::size_t length_;
  AlignedFloats memory_;
  std::size_t begin_ = 0;  // of the last write
  std::size_t end_ = 0;
};

}  // namespace namrack::engine
