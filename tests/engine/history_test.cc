#include "engine/network/simd/history-inl.h"

#include <gtest/gtest.h>

#include <vector>

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {
namespace {

/// An epilogue that keeps the sums of one row.
struct SumsTo {
  float* to;
  template <std::size_t kRows, std::size_t kVecs>
  void operator()(std::size_t, std::size_t frame, const FloatVec (&sum)[kRows][kVecs]) const {
    for (std::size_t v = 0; v < kVecs; ++v) hn::StoreU(sum[0][v], FloatTag(), to + frame + v * kLanes);
  }
};

/// The frames of the current tile in channel 0, `delay` frames earlier: the older of two taps.
const float* delayed(const History& history, std::size_t delay) {
  const auto taps = history.taps(Dim<2>(2), delay, Dim<2>(2));
  return taps.base + taps.oldest;
}

TEST(History, EveryDelayUpToTheReachIsReadableAtEveryPosition) {
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
            ASSERT_EQ(delayed(history, delay)[c * history.stride() + t],
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

TEST(History, EachTapSeesTheTileOneDilationLaterThanTheTapBefore) {
  for (const std::size_t dilation : {1, 5, 100, 700}) {
    constexpr std::size_t kTaps = 4;
    const HistoryLayout layout(1, (kTaps - 1) * dilation);
    std::vector<float> memory(layout.floats(), -1.0F);
    History history(layout, memory.data());
    for (std::size_t time = 0; time < 5000; time += 48) {
      for (std::size_t t = 0; t < 48; ++t) history.current()[t] = static_cast<float>(time + t);
      history.commit(48);
      const auto past = history.taps(Dim<kTaps>(kTaps), dilation, Dim<1>(1));
      // The sum over the taps of a matrix of ones: 4 x now - (0 + 1 + 2 + 3) x dilation.
      std::vector<float> packed(1 + kTaps, 1.0F);
      packed[0] = 0.0F;
      std::vector<float> sums(kTileFrames);
      multiply(packed.data(), Dim<1>(1), 48 / kLanes, SumsTo{sums.data()}, past);
      for (std::size_t t = 0; t < 48 && time >= 3 * dilation; ++t) {
        ASSERT_EQ(sums[t], static_cast<float>(4 * (time + t) - 6 * dilation))
            << dilation << " at " << time + t;
      }
      history.advance(48);
    }
  }
}

TEST(History, ASingleTapHasNoDilation) {
  const HistoryLayout layout(1, 0);
  std::vector<float> memory(layout.floats(), 0.0F);
  const History history(layout, memory.data());
  const auto now = history.taps(Dim<1>(1), 65536, Dim<1>(1));
  EXPECT_EQ(now.base + now.oldest, history.current());
  EXPECT_EQ(now.dilation, 0U);
}

TEST(History, FillingMakesTheWholePastEqualToTheCurrentFrame) {
  const HistoryLayout layout(2, 100);
  std::vector<float> memory(layout.floats(), 0.0F);
  History history(layout, memory.data());
  history.advance(50);
  history.current()[0] = 3.0F;
  history.current()[history.stride()] = 4.0F;
  history.fill_with_current();
  for (std::size_t delay = 0; delay <= 100; ++delay) {
    ASSERT_EQ(delayed(history, delay)[0], 3.0F);
    ASSERT_EQ(delayed(history, delay)[history.stride()], 4.0F);
  }
}

TEST(History, ChannelsDoNotLieAPowerOfTwoApart) {
  for (std::size_t reach = 0; reach < 4096; ++reach) EXPECT_NE(HistoryLayout(8, reach).stride % 512, 0U);
}

}  // namespace
}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
