#pragma once

#include <algorithm>
#include <cstddef>

#include "engine/network/description/network_cost.h"

namespace namrack::engine {

/// Frames that the SIMD networks process at a time: a multiple of every target's lane count times four.
inline constexpr std::size_t kTileFrames = 64;

/// The memory layout of one layer's history: a stream of frames for each channel.
///
/// A long history is a ring. Behind it lies a mirror of its first frames, so that a tile can be read
/// contiguously from any position. A short one stays where it is: after each tile its last frames are moved
/// to the front, which costs less than the mirror, and less cache than a ring that is long enough to need it
/// seldom.
struct HistoryLayout {
  /// `reach`: how many frames before the current one are read.
  HistoryLayout(std::size_t channels_in, std::size_t reach)
      : channels(channels_in),
        past(round_up(reach)),
        mirrored(reach > kLongestShift ? kTileFrames : 0),
        // A padded tile, and a copy of whole lines, may be written over the oldest frames: hence the room.
        length(is_ring() ? std::max(past + kTileFrames + kLine, kShortestRing) : past + kTileFrames),
        stride(off_powers_of_two(length + mirrored + kLine)) {}

  bool is_ring() const { return mirrored > 0; }
  std::size_t floats() const { return channels * stride; }

  static constexpr std::size_t kLine = 16;  ///< floats of a cache line

  std::size_t channels;
  std::size_t past;      ///< the reach, in whole lines
  std::size_t mirrored;  ///< frames of a ring that its mirror repeats; 0: no ring, the frames are moved
  std::size_t length;    ///< frames, without the mirror
  std::size_t stride;    ///< floats from one channel to the next

 private:
  static constexpr std::size_t kLongestShift = 32;
  /// A shorter ring would have to be mirrored too often.
  static constexpr std::size_t kShortestRing = 512;
  static_assert(kShortestRing + kTileFrames + 2 * kLine - kLongestShift <= kHistoryMargin);
  static_assert(kLine - 1 + 2 * kTileFrames + 3 * kLine <= kHistoryMargin);
  static std::size_t round_up(std::size_t n) { return (n + kLine - 1) / kLine * kLine; }
  // Channels a multiple of 2 KiB apart would compete for the same few cache sets.
  static std::size_t off_powers_of_two(std::size_t n) { return n % 512 == 0 ? n + kLine : n; }
};

}  // namespace namrack::engine
