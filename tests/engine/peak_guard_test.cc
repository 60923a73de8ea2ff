#include "engine/audio/peak_guard.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <vector>

namespace namrack::engine {
namespace {

constexpr float kOff = std::numeric_limits<float>::infinity();

/// Noise whose level swells and fades, up to `peak`.
std::vector<float> swelling_noise(std::size_t frames, float peak) {
  std::vector<float> noise(frames);
  std::uint32_t random = 1;
  for (std::size_t i = 0; i < frames; ++i) {
    random = random * 1664525U + 1013904223U;
    const float swell = 0.5F - 0.5F * std::cos(static_cast<float>(i) * 0.001F);
    noise[i] = peak * swell * (static_cast<float>(random >> 8U) * 0x1p-23F - 1.0F);
  }
  return noise;
}

std::vector<float> guarded(PeakGuard& guard, std::vector<float> samples, float ceiling) {
  guard.process({samples.data(), samples.size()}, ceiling);
  return samples;
}

TEST(PeakGuard, NothingLeavesAboveTheCeilingByHoweverLittle) {
  for (const float ceiling : {0.1F, 0.333333F, 0.8912509F, 1.0F, 1.0F / 3.0F, 0.0F, -1.0F}) {
    PeakGuard guard;
    for (const float peak : {1.0F, 1.7F, 40.0F, 1e6F})
      for (const float sample : guarded(guard, swelling_noise(20000, peak), ceiling))
        ASSERT_LE(std::fabs(sample), std::max(ceiling, 0.0F)) << peak;
  }
}

TEST(PeakGuard, TheSampleThatWouldExceedTheCeilingMeetsIt) {
  PeakGuard guard;
  const auto out = guarded(guard, {0.25F, -2.0F, 0.25F}, 0.5F);
  EXPECT_EQ(out[0], 0.25F);
  EXPECT_EQ(out[1], -0.5F);
  EXPECT_NEAR(out[2], 0.0625F, 1e-4F);  // and the gain stays down
}

TEST(PeakGuard, WhatStaysWithinTheCeilingPassesBitForBit) {
  PeakGuard guard;
  std::vector<float> samples = swelling_noise(20000, 0.7F);
  samples[100] = 0.7F;
  samples[101] = -0.7F;
  samples[102] = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(guarded(guard, samples, 0.7F), samples);
  EXPECT_EQ(guard.gain(), 1.0F);
}

TEST(PeakGuard, RecoversExponentiallyInTheSameTimeAtEveryRateAndThenWholly) {
  for (const std::size_t rate : {44100U, 48000U, 192000U}) {
    PeakGuard guard;
    guard.set_sample_rate(static_cast<double>(rate));
    guarded(guard, {2.0F}, 0.5F);
    EXPECT_EQ(guard.gain(), 0.25F);
    guarded(guard, std::vector<float>(rate / 10), 0.5F);
    EXPECT_NEAR(guard.gain(), 1.0F - 0.75F * std::exp(-1.0F), 1e-4F) << rate;
    guarded(guard, std::vector<float>(2 * rate), 0.5F);
    EXPECT_EQ(guard.gain(), 1.0F) << rate;
    const std::vector<float> samples = swelling_noise(1000, 0.5F);
    EXPECT_EQ(guarded(guard, samples, 0.5F), samples) << rate;
  }
}

TEST(PeakGuard, TheResultDoesNotDependOnBlocks) {
  std::vector<float> samples = swelling_noise(20000, 2.0F);
  std::fill_n(samples.begin() + 9000, 100, 0.0F);
  PeakGuard whole;
  const std::vector<float> expected = guarded(whole, samples, 0.8F);
  for (const std::size_t block : {1U, 7U, 64U, 1000U}) {
    PeakGuard guard;
    std::vector<float> cut = samples;
    for (std::size_t t = 0; t < cut.size(); t += block)
      guard.process({cut.data() + t, std::min(block, cut.size() - t)}, 0.8F);
    EXPECT_EQ(cut, expected) << block;
  }
}

TEST(PeakGuard, TurnedOffItLetsGoWithoutAStep) {
  PeakGuard guard;
  guarded(guard, {4.0F}, 0.5F);
  std::vector<float> constant(96000, 4.0F);
  constant = guarded(guard, constant, kOff);
  EXPECT_NEAR(constant.front(), 0.5F, 0.01F);
  for (std::size_t t = 1; t < constant.size(); ++t) ASSERT_LT(constant[t] - constant[t - 1], 0.001F);
  EXPECT_EQ(constant.back(), 4.0F);
}

TEST(PeakGuard, WhatIsNoNumberLeavesNoTrace) {
  PeakGuard guard;
  const float no_number = std::numeric_limits<float>::quiet_NaN();
  guarded(guard, {no_number}, 0.5F);
  EXPECT_EQ(guard.gain(), 1.0F);
  guarded(guard, {2.0F}, 0.5F);
  EXPECT_NEAR(guarded(guard, {no_number, 0.25F}, 0.5F).back(), 0.0625F, 1e-4F);
  EXPECT_EQ(guarded(guard, {-kOff}, 0.5F).front(), -0.5F);
  guarded(guard, std::vector<float>(96000), 0.5F);
  EXPECT_EQ(guard.gain(), 1.0F);
}

TEST(PeakGuard, ResetBringsBackTheFullGain) {
  PeakGuard guard;
  guarded(guard, {2.0F}, 0.5F);
  guard.reset();
  EXPECT_EQ(guarded(guard, {0.3F}, 0.5F).front(), 0.3F);
}

}  // namespace
}  // namespace namrack::engine
