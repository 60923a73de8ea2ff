#include "engine/network/simd/history_ring.h"

#include <gtest/gtest.h>

#include <vector>

namespace namrack::engine {
namespace {

TEST(HistoryRing, every_delay_up_to_the_reach_is_readable_at_every_position) {
  for (const std::size_t reach : {0, 1, 2, 15, 16, 17, 64, 100, 1024}) {
    const RingLayout layout(2, reach);
    std::vector<float> memory(layout.floats(), -1.0F);
    HistoryRing ring(layout, memory.data());
    std::size_t time = 0;
    for (std::size_t round = 0; round < 200; ++round) {
      const std::size_t frames = round * 29 % kTileFrames + 1;
      for (std::size_t c = 0; c < 2; ++c) {
        // Whole tiles are written, as the kernels do; what lies behind `frames` is rubbish.
        for (std::size_t t = 0; t < kTileFrames; ++t) {
          ring.current()[c * ring.stride() + t] =
              t < frames ? static_cast<float>(2 * (time + t) + c) : -99.0F;
        }
      }
      ring.commit(frames);
      for (const std::size_t delay : {std::size_t{0}, reach / 2, reach}) {
        for (std::size_t c = 0; c < 2; ++c) {
          for (std::size_t t = 0; t < frames; ++t) {
            if (time + t < delay) continue;
            ASSERT_EQ(ring.delayed(delay)[c * ring.stride() + t],
                      static_cast<float>(2 * (time + t - delay) + c))
                << "reach " << reach << " delay " << delay << " round " << round << " frame " << t;
          }
        }
      }
      ring.advance(frames);
      time += frames;
    }
  }
}

TEST(HistoryRing, filling_makes_the_whole_past_equal_to_the_current_frame) {
  const RingLayout layout(2, 100);
  std::vector<float> memory(layout.floats(), 0.0F);
  HistoryRing ring(layout, memory.data());
  ring.advance(50);
  ring.current()[0] = 3.0F;
  ring.current()[ring.stride()] = 4.0F;
  ring.fill_with_current();
  for (std::size_t delay = 0; delay <= 100; ++delay) {
    ASSERT_EQ(ring.delayed(delay)[0], 3.0F);
    ASSERT_EQ(ring.delayed(delay)[ring.stride()], 4.0F);
  }
}

TEST(HistoryRing, channels_do_not_lie_a_power_of_two_apart) {
  for (std::size_t reach = 0; reach < 4096; ++reach) EXPECT_NE(RingLayout(8, reach).stride % 512, 0U);
}

}  // namespace
}  // namespace namrack::engine
