#include "engine/audio/crossfade.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace namrack::engine {
namespace {

std::vector<float> sine(double frequency, std::size_t frames, double phase = 0.0) {
  std::vector<float> x(frames);
  for (std::size_t t = 0; t < frames; ++t) {
    x[t] = static_cast<float>(std::sin(6.283185307 * frequency * static_cast<double>(t) / 48000.0 + phase));
  }
  return x;
}

std::vector<float> noise(unsigned seed, std::size_t frames) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> x(frames);
  for (float& sample : x) sample = normal(random);
  return x;
}

std::vector<float> fade(const std::vector<float>& first, const std::vector<float>& second,
                        std::size_t frames) {
  Crossfade crossfade;
  crossfade.go_to(true, frames);
  std::vector<float> out(first.size());
  crossfade.process({first.data(), out.size()}, {second.data(), out.size()}, {out.data(), out.size()});
  return out;
}

double rms(const std::vector<float>& x, std::size_t begin, std::size_t end) {
  double sum = 0.0;
  for (std::size_t t = begin; t < end; ++t) sum += static_cast<double>(x[t]) * static_cast<double>(x[t]);
  return std::sqrt(sum / static_cast<double>(end - begin));
}

TEST(Crossfade, BetweenEqualSignalsIsInaudible) {
  const auto x = sine(220, 2000);
  const auto y = fade(x, x, 960);
  for (std::size_t t = 0; t < x.size(); ++t) ASSERT_NEAR(y[t], x[t], 2e-6F) << t;
}

TEST(Crossfade, KeepsThePowerOfSignalsThatHaveNothingInCommon) {
  const std::size_t frames = 48000;
  const auto y = fade(noise(1, frames), noise(2, frames), frames);
  for (std::size_t t = 0; t + 4800 <= frames; t += 4800) EXPECT_NEAR(rms(y, t, t + 4800), 1.0, 0.05) << t;
}

TEST(Crossfade, StartsAndEndsAtTheSignalsThemselvesWithoutAStep) {
  const auto first = sine(110, 3000);
  const auto second = sine(165, 3000, 1.0);
  const auto y = fade(first, second, 960);
  EXPECT_NEAR(y[0], first[0], 1e-4F);
  for (std::size_t t = 959; t < y.size(); ++t) ASSERT_EQ(y[t], second[t]);
  for (std::size_t t = 1; t < y.size(); ++t) ASSERT_LT(std::fabs(y[t] - y[t - 1]), 0.06F) << t;
}

TEST(Crossfade, AFadeThatTurnsRoundMakesNoStep) {
  const auto first = sine(110, 2000);
  const std::vector<float> second(2000, 0.5F);
  Crossfade crossfade;
  std::vector<float> y(first.size());
  crossfade.go_to(true, 960);
  crossfade.process({first.data(), 300}, {second.data(), 300}, {y.data(), 300});
  crossfade.go_to(false, 960);
  crossfade.process({first.data() + 300, 1700}, {second.data() + 300, 1700}, {y.data() + 300, 1700});
  for (std::size_t t = 1; t < y.size(); ++t) ASSERT_LT(std::fabs(y[t] - y[t - 1]), 0.03F) << t;
  EXPECT_TRUE(crossfade.rests_on_first());
  EXPECT_EQ(y.back(), first.back());
}

TEST(Crossfade, DoesNotDependOnTheBlockSize) {
  const auto first = noise(3, 1500);
  const auto second = noise(4, 1500);
  const auto whole = fade(first, second, 960);
  Crossfade crossfade;
  crossfade.go_to(true, 960);
  std::vector<float> y(first.size());
  for (std::size_t t = 0; t < y.size(); t += 7) {
    crossfade.process({first.data() + t, std::min<std::size_t>(7, y.size() - t)},
                      {second.data() + t, std::min<std::size_t>(7, y.size() - t)},
                      {y.data() + t, std::min<std::size_t>(7, y.size() - t)});
  }
  EXPECT_EQ(y, whole);
}

}  // namespace
}  // namespace namrack::engine
