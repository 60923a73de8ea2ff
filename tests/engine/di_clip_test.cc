#include "engine/measure/di_clip.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace namrack::engine {
namespace {

double peak_db(const std::vector<float>& samples) {
  float peak = 0.0F;
  for (const float sample : samples) peak = std::max(peak, std::fabs(sample));
  return 20.0 * std::log10(static_cast<double>(peak));
}

double rms_db(const std::vector<float>& samples) {
  double sum = 0.0;
  for (const float sample : samples) sum += static_cast<double>(sample) * static_cast<double>(sample);
  return 10.0 * std::log10(sum / static_cast<double>(samples.size()));
}

TEST(DiClip, HasTheLevelThatItIsSaidToHave) {
  for (const double rate : {44100.0, 48000.0, 96000.0}) {
    const std::vector<float> clip = standard_di_clip(rate);
    EXPECT_EQ(static_cast<double>(clip.size()), kDiClipSeconds * rate);
    EXPECT_NEAR(peak_db(clip), -3.0, 0.02) << rate;
    EXPECT_NEAR(rms_db(clip), -16.40, 0.01) << rate;
  }
}

TEST(DiClip, IsTheSameWaveformAtEveryRate) {
  const std::vector<float> clip = standard_di_clip(48000.0);
  const std::vector<float> coarser = standard_di_clip(32000.0);
  const std::vector<float> finer = standard_di_clip(96000.0);
  for (std::size_t i = 0; i < clip.size(); ++i) ASSERT_NEAR(clip[i], finer[2 * i], 1e-6F) << i;
  for (std::size_t i = 0; i < clip.size(); i += 3) ASSERT_NEAR(clip[i], coarser[i / 3 * 2], 1e-6F) << i;
}

TEST(DiClip, StartsAndEndsInSilenceAndJumpsNowhere) {
  const std::vector<float> clip = standard_di_clip(48000.0);
  EXPECT_EQ(clip.front(), 0.0F);
  EXPECT_NEAR(clip.back(), 0.0F, 1e-3F);
  float step = 0.0F;
  for (std::size_t i = 1; i < clip.size(); ++i) step = std::max(step, std::fabs(clip[i] - clip[i - 1]));
  EXPECT_LT(step, 0.15F);  // a sine of 0.7 at 1.6 kHz
}

TEST(DiClip, RatesOfAnyModelGiveAClip) {
  for (const double rate : {1000.0, 1001.5, 8000.0}) {
    const std::vector<float> clip = standard_di_clip(rate);
    EXPECT_EQ(clip.size(), static_cast<std::size_t>(std::lround(kDiClipSeconds * rate)));
    EXPECT_GT(rms_db(clip), -24.0) << rate;
    EXPECT_LT(peak_db(clip), 0.0) << rate;
  }
  // What has no room is left out; folded back it would be as loud.
  EXPECT_LT(rms_db(standard_di_clip(1000.0)), -17.5);
}

}  // namespace
}  // namespace namrack::engine
