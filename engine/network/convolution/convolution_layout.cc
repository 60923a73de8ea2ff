#include "engine/network/convolution/convolution_layout.h"

#include <algorithm>
#include <array>

namespace namrack::engine {
namespace {

/// Up to here a transform costs more than it saves.
constexpr std::size_t kDirectTaps = 192;
constexpr std::array<std::size_t, 4> kPartitions{32, 256, 2048, 16384};

}  // namespace

ConvolutionLayout layout_with(std::size_t taps, std::span<const std::size_t> partitions) {
  ConvolutionLayout layout{.head_taps = partitions.empty() ? taps : std::min(taps, 2 * partitions.front()),
                           .tiers = {}};
  for (std::size_t s = 0; s < partitions.size(); ++s) {
    const std::size_t size = partitions[s];
    const std::size_t end = s + 1 < partitions.size() ? std::min(taps, 2 * partitions[s + 1]) : taps;
    if (end > 2 * size) layout.tiers.push_back({size, (end - 1) / size - 1});
  }
  return layout;
}

ConvolutionLayout layout_for(std::size_t taps) {
  if (taps <= kDirectTaps) return layout_with(taps, {});
  // A further transform is worth its price when it takes over half of the response.
  const auto* const end = std::find_if(kPartitions.begin(), kPartitions.end(),
                                       [&](std::size_t size) { return taps <= 4 * size; });
  return layout_with(taps, std::span(kPartitions.begin(), end));
}

}  // namespace namrack::engine
