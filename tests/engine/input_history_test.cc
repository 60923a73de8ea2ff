#include "engine/network/convolution/input_history.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace namrack::engine {
namespace {

constexpr std::size_t kMost = InputHistory::kMostFrames;

TEST(InputHistory, ShowsTheWindowInOnePieceAtEveryPosition) {
  for (const std::size_t window : {4, 32, 64, 192}) {
    for (const std::size_t length : {window + kMost, std::size_t{512}}) {
      InputHistory history(window, length);
      history.reset();
      std::size_t time = 0;
      for (std::size_t round = 0; round < 300; ++round) {
        std::vector<float> in(round * 29 % kMost + 1);
        std::iota(in.begin(), in.end(), static_cast<float>(time + 1));
        history.write(in.data(), in.size());
        for (std::size_t i = 0; i < window + in.size(); ++i) {
          const float expected = time + i < window ? 0.0F : static_cast<float>(time + i - window + 1);
          ASSERT_EQ(history.window()[i], expected) << "window " << window << " round " << round;
        }
        time += in.size();
      }
    }
  }
}

TEST(InputHistory, ShowsTheLastSegmentsInOnePiece) {
  InputHistory history(64, 256);
  std::vector<float> in(32);
  for (std::size_t segment = 0; segment < 40; ++segment) {
    std::iota(in.begin(), in.end(), static_cast<float>(32 * segment));
    history.write(in.data(), 7);
    history.write(in.data() + 7, 25);
    for (std::size_t back = 0; back < std::min<std::size_t>(segment + 1, 8); ++back) {
      for (std::size_t t = 0; t < 32; ++t) {
        ASSERT_EQ(history.segment(segment - back, 32)[t], static_cast<float>(32 * (segment - back) + t));
      }
    }
  }
}

}  // namespace
}  // namespace namrack::engine
