#pragma once

#include <algorithm>
#include <cstddef>

namespace namrack::engine {

/// Frames that the SIMD networks process at a time: a multiple of every target's lane count times four.
inline constexpr std::size_t kTileFrames = 64;

/// The memory layout of one layer's history: a ring of frames for each channel. Behind each ring lies a
/// mirror of its first kTileFrames frames, so that a tile can be read contiguously from any position.
struct RingLayout {
  /// `reach`: how many frames before the current one are read.
  RingLayout(std::size_t channels_in, std::size_t reach)
      : channels(channels_in),
        // A padded tile may be written over the oldest frames, hence room for one tile more than the reach.
        length(round_up(reach) + kTileFrames),
        stride(off_powers_of_two(length + kTileFrames)) {}

  std::size_t floats() const { return channels * stride; }

  std::size_t channels;
  std::size_t length;  ///< frames of the ring
  std::size_t stride;  ///< floats from one channel to the next

 private:
  static constexpr std::size_t kCacheLine = 16;  // floats
  static std::size_t round_up(std::size_t n) { return (n + kCacheLine - 1) / kCacheLine * kCacheLine; }
  // Channels a multiple of 2 KiB apart would compete for the same few cache sets.
  static std::size_t off_powers_of_two(std::size_t n) { return n % 512 == 0 ? n + kCacheLine : n; }
};

/// One layer's history in use: where the next frame goes. Memory belongs to the network's state. Real-time
/// safe.
class HistoryRing {
 public:
  HistoryRing(const RingLayout& layout, float* memory) : layout_(layout), memory_(memory) {}

  std::size_t stride() const { return layout_.stride; }
  /// Where the frames of the current tile are written (channel 0); whole vectors may be written.
  float* current() const { return memory_ + position_; }
  /// The current tile's frames delayed by `frames` (at most the reach), contiguous.
  const float* delayed(std::size_t frames) const {
    return memory_ + (position_ >= frames ? position_ - frames : position_ + layout_.length - frames);
  }
  /// Makes the `frames` frames just written readable from everywhere.
  void commit(std::size_t frames) const {
    const std::size_t end = position_ + frames;
    for (std::size_t c = 0; c < layout_.channels; ++c) {
      float* ring = memory_ + c * layout_.stride;
      if (end > layout_.length) std::copy(ring + layout_.length, ring + end, ring);
      if (position_ < kTileFrames) {
        std::copy(ring + position_, ring + std::min(end, kTileFrames), ring + layout_.length + position_);
      }
    }
  }
  /// Moves on past the `frames` frames of the current tile.
  void advance(std::size_t frames) {
    position_ += frames;
    if (position_ >= layout_.length) position_ -= layout_.length;
  }
  /// Makes every frame of the past equal to the current one: the state after a long constant input.
  void fill_with_current() const {
    for (std::size_t c = 0; c < layout_.channels; ++c) {
      float* ring = memory_ + c * layout_.stride;
      std::fill_n(ring, layout_.stride, ring[position_]);
    }
  }

 private:
  RingLayout layout_;
  float* memory_;
  std::size_t position_ = 0;
};

}  // namespace namrack::engine
