#include "engine/network/simd/history-inl.h"

#include <gtest/gtest.h>

#include <vector>

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {
namespace {

TEST(History, every_delay_up_to_the_reach_is_readable_at_every_position) {
  for (const std::size_t reach : {0, 1, 2, 15, 16, 17, 64, 100, 1024}) {
    const HistoryLayout layout(2, reach);
    std::vector<float> memory(layout.floats(), -1.0F);
    History history(layout, memory.data());
    std::size_t time = 0;
    for (std::size_t round = 0; round < 200; ++round) {
      const std::size_t frames = round * 29 % kTileFrames + 1;
      for (std::size_t c = 0; c < 2; ++c) {
        // Whole tiles are written, as the kernels do; what lies behind `frames` is rubbish.
        for (std::size_t t = 0; t < kTileFrames; ++t) {
          history.current()[c * history.stride() + t] =
              t < frames ? static_cast<float>(2 * (time + t) + c) : -99.0F;
        }
      }
      history.commit(frames);
      for (const std::size_t delay : {std::size_t{0}, reach / 2, reach}) {
        for (std::size_t c = 0; c < 2; ++c) {
          for (std::size_t t = 0; t < frames; ++t) {
            if (time + t < delay) continue;
            ASSERT_EQ(history.delayed(delay)[c * history.stride() + t],
                      static_cast<float>(2 * (time + t - delay) + c))
                << "reach " << reach << " delay " << delay << " round " << round << " frame " << t;
          }
        }
      }
      history.advance(frames);
      time += frames;
    }
  }
}

TEST(History, filling_makes_the_whole_past_equal_to_the_current_frame) {
  const HistoryLayout layout(2, 100);
  std::vector<float> memory(layout.floats(), 0.0F);
  History history(layout, memory.data());
  history.advance(50);
  history.current()[0] = 3.0F;
  history.current()[history.stride()] = 4.0F;
  history.fill_with_current();
  for (std::size_t delay = 0; delay <= 100; ++delay) {
    ASSERT_EQ(history.delayed(delay)[0], 3.0F);
    ASSERT_EQ(history.delayed(delay)[history.stride()], 4.0F);
  }
}

TEST(History, channels_do_not_lie_a_power_of_two_apart) {
  for (std::size_t reach = 0; reach < 4096; ++reach) EXPECT_NE(HistoryLayout(8, reach).stride % 512, 0U);
}

}  // namespace
}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
