#include "engine/audio/ramp.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace namrack::engine {
namespace {

TEST(Ramp, MovesInAStraightLineAndArrivesExactly) {
  Ramp ramp(1.0F, 10);
  ramp.go_to(0.0F);
  const std::span<const float> values = ramp.next(12);
  for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(values[i], 1.0F - 0.1F * static_cast<float>(i + 1), 1e-6F);
  for (std::size_t i = 9; i < 12; ++i) EXPECT_EQ(values[i], 0.0F);
  EXPECT_FALSE(ramp.moves());
}

TEST(Ramp, TurnsRoundFromWhereItIs) {
  Ramp ramp(0.0F, 10);
  ramp.go_to(1.0F);
  const float middle = ramp.next(5).back();
  ramp.go_to(0.0F);
  EXPECT_LT(std::fabs(ramp.next(1).front() - middle), 0.1F);
}

TEST(Ramp, AskingAgainForTheSameValueDoesNotStartAnew) {
  Ramp ramp(0.0F, 4);
  for (int i = 0; i < 4; ++i) {
    ramp.go_to(1.0F);
    ramp.next(1);
  }
  EXPECT_EQ(ramp.value(), 1.0F);
}

TEST(Ramp, LeavesSamplesUntouchedAtUnity) {
  Ramp ramp(1.0F);
  std::vector<float> samples{0.1F, -0.3F, 1e-30F};
  const std::vector<float> before = samples;
  ramp.multiply({samples.data(), samples.size()});
  EXPECT_EQ(samples, before);
}

TEST(Ramp, AllChannelsHaveTheSameGainHoweverTheSignalIsCut) {
  Ramp whole(0.25F, 100);
  whole.go_to(0.75F);
  std::vector<float> left(150, 1.0F), right(150, 2.0F);
  whole.multiply({left.data(), right.data(), left.size()});
  Ramp cut(0.25F, 100);
  cut.go_to(0.75F);
  std::vector<float> mono(150, 1.0F);
  for (std::size_t t = 0; t < mono.size(); t += 30) cut.multiply({mono.data() + t, 30});
  EXPECT_EQ(left, mono);
  for (std::size_t i = 0; i < left.size(); ++i) EXPECT_EQ(right[i], 2.0F * left[i]);
  EXPECT_EQ(left.back(), 0.75F);
}

}  // namespace
}  // namespace namrack::engine
