#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace namrack::engine {

/// A stretch of the response in partitions of one size, convolved in the frequency domain.
///
/// It begins with tap 2 * partition: a segment of input (as long as a partition) is complete one segment
/// after its first frame, and all work on it is spread over the frames of the next segment.
struct ConvolutionTier {
  std::size_t partition = 0;  ///< taps; a power of two, at least 32
  std::size_t count = 0;      ///< partitions; the last one may be filled up with zeros

  std::size_t first_tap() const { return 2 * partition; }
};

/// How a response is cut: its first taps directly, the rest in tiers with partitions of growing size, each
/// beginning where the one before ends.
struct ConvolutionLayout {
  std::size_t head_taps = 0;
  std::vector<ConvolutionTier> tiers;
};

/// The fastest layout for a response of `taps` taps (at least 1), by the measurements in engine/README.md.
ConvolutionLayout layout_for(std::size_t taps);

/// The layout with partitions of these sizes, ascending, as far as the response reaches.
ConvolutionLayout layout_with(std::size_t taps, std::span<const std::size_t> partitions);

}  // namespace namrack::engine
