#include "engine/audio/gain_ramp.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace namrack::engine {
namespace {

TEST(GainRamp, moves_in_a_straight_line_and_arrives_exactly) {
  GainRamp gain(1.0F);
  gain.set_ramp_frames(10);
  gain.go_to(0.0F);
  for (int i = 1; i < 10; ++i) EXPECT_NEAR(gain.next(), 1.0F - 0.1F * static_cast<float>(i), 1e-6F);
  EXPECT_EQ(gain.next(), 0.0F);
  EXPECT_FALSE(gain.moving());
}

TEST(GainRamp, turns_round_from_where_it_is) {
  GainRamp gain(0.0F);
  gain.set_ramp_frames(10);
  gain.go_to(1.0F);
  for (int i = 0; i < 5; ++i) gain.next();
  const float middle = gain.gain();
  gain.go_to(0.0F);
  EXPECT_LT(std::fabs(gain.next() - middle), 0.1F);
}

TEST(GainRamp, asking_again_for_the_same_gain_does_not_start_anew) {
  GainRamp gain(0.0F);
  gain.set_ramp_frames(4);
  for (int i = 0; i < 4; ++i) {
    gain.go_to(1.0F);
    gain.next();
  }
  EXPECT_EQ(gain.gain(), 1.0F);
}

TEST(GainRamp, leaves_samples_untouched_at_unity) {
  GainRamp gain(1.0F);
  std::vector<float> samples{0.1F, -0.3F, 1e-30F};
  const std::vector<float> before = samples;
  gain.apply(samples.data(), samples.size());
  EXPECT_EQ(samples, before);
}

}  // namespace
}  // namespace namrack::engine
