#include "engine/network/convolution/convolution_layout.h"

#include <gtest/gtest.h>

#include <bit>

namespace namrack::engine {
namespace {

TEST(ConvolutionLayout, GivesEveryTapToExactlyOnePart) {
  std::vector<std::size_t> lengths{8191, 8192, 8193, 65535, 65536, 65537, 200000, std::size_t{1} << 20};
  for (std::size_t taps = 1; taps <= 3000; ++taps) lengths.push_back(taps);
  for (const std::size_t taps : lengths) {
    const ConvolutionLayout layout = layout_for(taps);
    std::size_t end = layout.head_taps;
    for (const ConvolutionTier& tier : layout.tiers) {
      ASSERT_EQ(tier.first_tap(), end) << taps;
      ASSERT_GT(tier.count, 0U) << taps;
      ASSERT_TRUE(std::has_single_bit(tier.partition));
      end += tier.count * tier.partition;
    }
    ASSERT_GE(end, taps);
    if (!layout.tiers.empty())
      ASSERT_LT(end - layout.tiers.back().partition, taps) << "an empty partition";
    else
      ASSERT_EQ(end, taps);
  }
}

TEST(ConvolutionLayout, ShortResponsesHaveNoTiersAndLongOnesFewPartitions) {
  EXPECT_TRUE(layout_for(1).tiers.empty());
  EXPECT_TRUE(layout_for(192).tiers.empty());
  for (const std::size_t taps : {193, 2048, 65536, 1 << 20}) {
    const ConvolutionLayout layout = layout_for(taps);
    EXPECT_FALSE(layout.tiers.empty());
    std::size_t partitions = 0;
    for (const ConvolutionTier& tier : layout.tiers) partitions += tier.count;
    EXPECT_LE(partitions, 128U) << taps;
  }
}

}  // namespace
}  // namespace namrack::engine
