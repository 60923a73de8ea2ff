#include "engine/network/convolution/convolver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "tests/engine/simd_targets.h"

namespace namrack::engine {
namespace {

using testing::ScopedTarget;
using testing::simd_targets;

constexpr double kTolerance = 2e-6;  // of the peak
constexpr std::size_t kLengths[] = {1, 2, 191, 193, 255, 256, 257, 511, 2048, 8192, 65536, 200000};

std::vector<float> noise(std::size_t frames, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.0F, 0.3F);
  std::vector<float> samples(frames);
  for (float& sample : samples) sample = normal(random);
  return samples;
}

double exact(const std::vector<float>& response, const std::vector<float>& in, std::size_t t) {
  double y = 0.0;
  for (std::size_t k = 0; k < response.size() && k <= t; ++k) {
    y += static_cast<double>(response[k]) * static_cast<double>(in[t - k]);
  }
  return y;
}

std::vector<float> run(Convolver& convolver, const std::vector<float>& in, std::size_t block) {
  std::vector<float> out(in.size());
  for (std::size_t done = 0; done < in.size(); done += block) {
    convolver.process(in.data() + done, out.data() + done, std::min(block, in.size() - done));
  }
  return out;
}
std::vector<float> run(const ConvolverPlan& plan, const std::vector<float>& in, std::size_t block = 64) {
  return run(*plan.instantiate(), in, block);
}

double peak(const std::vector<float>& signal) {
  double peak = 0.0;
  for (const float y : signal) peak = std::max(peak, std::abs(static_cast<double>(y)));
  return peak;
}

/// Noise through noise on every target, at as many positions as the direct way can be paid for.
void expect_exact(const std::vector<float>& response, const ConvolutionLayout& layout) {
  const std::vector<float> in = noise(response.size() * 3 / 2 + 20000, 2);
  const std::size_t stride = in.size() * response.size() / 20'000'000 | 1;
  std::vector<double> expected;
  for (std::size_t t = 0; t < in.size(); t += stride) expected.push_back(exact(response, in, t));
  for (const std::int64_t target : simd_targets()) {
    const ScopedTarget scoped(target);
    const auto plan = make_convolver_plan(response, layout);
    EXPECT_STREQ(plan->target(), hwy::TargetName(target));
    const std::vector<float> out = run(*plan, in);
    double worst = 0.0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      worst = std::max(worst, std::abs(static_cast<double>(out[i * stride]) - expected[i]));
    }
    EXPECT_LT(worst, kTolerance * peak(out)) << response.size() << " taps, " << plan->target();
  }
}

TEST(Convolver, EqualsDirectConvolutionInDoublePrecisionOnEveryTarget) {
  for (const std::size_t taps : kLengths) expect_exact(noise(taps, 1), layout_for(taps));
}

TEST(Convolver, EqualsDirectConvolutionWithPartitionsOfEverySize) {
  const std::vector<float> response = noise(5000, 1);
  for (const std::size_t size : {32, 64, 128, 256, 512, 1024, 2048}) {
    expect_exact(response, layout_with(response.size(), std::vector{size}));
  }
  expect_exact(response, layout_with(response.size(), std::vector<std::size_t>{32, 64, 128, 1024}));
}

TEST(Convolver, AnswersAnImpulseWithTheResponseAtOnce) {
  constexpr std::size_t kAt = 12345;
  for (const std::int64_t target : simd_targets()) {
    const ScopedTarget scoped(target);
    for (const std::size_t taps : kLengths) {
      const std::vector<float> response = noise(taps, 1);
      std::vector<float> in(kAt + taps + 40000);
      in[kAt] = 1.0F;
      const std::vector<float> out = run(*make_convolver_plan(response), in);
      double worst = 0.0;
      for (std::size_t t = 0; t < in.size(); ++t) {
        const bool within = t >= kAt && t - kAt < taps;
        const double expected = within ? static_cast<double>(response[t - kAt]) : 0.0;
        worst = std::max(worst, std::abs(static_cast<double>(out[t]) - expected));
      }
      EXPECT_LT(worst, kTolerance * peak(response)) << taps << " taps, " << hwy::TargetName(target);
    }
  }
}

TEST(Convolver, OutputIsTheSameBitForBitHoweverTheStreamIsCut) {
  const std::vector<float> in = noise(40000, 2);
  for (const std::int64_t target : simd_targets()) {
    const ScopedTarget scoped(target);
    for (const std::size_t taps : {100, 200, 1000, 20000}) {
      const auto plan = make_convolver_plan(noise(taps, 1));
      const std::vector<float> whole = run(*plan, in, in.size());
      for (const std::size_t block : {1, 7, 16, 63, 64, 65, 1000}) {
        EXPECT_EQ(run(*plan, in, block), whole) << taps << " taps, block " << block << ", " << plan->target();
      }
      const auto mixed = plan->instantiate();
      std::vector<float> out(in.size());
      std::mt19937 random(3);
      for (std::size_t done = 0; done < in.size();) {
        const std::size_t block = std::min<std::size_t>(1 + random() % 300, in.size() - done);
        mixed->process(in.data() + done, out.data() + done, block);
        done += block;
      }
      EXPECT_EQ(out, whole) << taps << " taps, mixed blocks, " << plan->target();
    }
  }
}

TEST(Convolver, InputAndOutputMayBeTheSameBuffer) {
  const auto plan = make_convolver_plan(noise(3000, 1));
  std::vector<float> in_place = noise(20000, 2);
  const std::vector<float> apart = run(*plan, in_place);
  plan->instantiate()->process(in_place.data(), in_place.data(), in_place.size());
  EXPECT_EQ(in_place, apart);
}

TEST(Convolver, ResetForgetsThePastCompletely) {
  const std::vector<float> in = noise(30000, 2);
  for (const std::size_t taps : {100, 9000}) {
    const auto plan = make_convolver_plan(noise(taps, 1));
    const std::vector<float> fresh = run(*plan, in);
    const auto convolver = plan->instantiate();
    for (const std::size_t before : {1, 777, 12345}) {
      run(*convolver, noise(before, 4), 100);
      convolver->reset();
      EXPECT_EQ(run(*convolver, in, 64), fresh) << taps << " taps, reset after " << before;
    }
  }
}

TEST(Convolver, StreamsOfOnePlanDoNotDisturbEachOtherAndOutliveItsOwner) {
  auto plan = make_convolver_plan(noise(9000, 1));
  const std::vector<float> in_a = noise(30000, 2);
  const std::vector<float> in_b = noise(30000, 3);
  const std::vector<float> alone_a = run(*plan, in_a);
  const std::vector<float> alone_b = run(*plan, in_b);
  const auto a = plan->instantiate();
  const auto b = plan->instantiate();
  plan.reset();
  std::vector<float> out_a(in_a.size());
  std::vector<float> out_b(in_b.size());
  b->process(in_b.data(), out_b.data(), 50);
  for (std::size_t t = 0; t + 100 <= in_a.size(); t += 100) {
    a->process(in_a.data() + t, out_a.data() + t, 100);
    const std::size_t at = t + 50;
    b->process(in_b.data() + at, out_b.data() + at, std::min<std::size_t>(100, in_b.size() - at));
  }
  EXPECT_EQ(out_a, alone_a);
  EXPECT_EQ(out_b, alone_b);
}

// Also after numbers that are none: they are gone with the response, unlike in a recursive filter.
TEST(Convolver, IsSilentOnceTheResponseHasPassed) {
  for (const std::size_t taps : {100, 9000}) {
    const auto convolver = make_convolver_plan(noise(taps, 1))->instantiate();
    std::vector<float> loud = noise(20000, 2);
    loud[loud.size() - 500] = std::numeric_limits<float>::quiet_NaN();
    loud.back() = std::numeric_limits<float>::infinity();
    run(*convolver, loud, 64);
    const std::vector<float> out = run(*convolver, std::vector<float>(30000), 64);
    EXPECT_TRUE(std::all_of(out.begin() + 20000, out.end(), [](float y) { return y == 0.0F; })) << taps;
  }
}

TEST(Convolver, SpectraBelongToThePlanAndNotToItsStreams) {
  const std::vector<float> response = noise(65536, 1);
  const auto plan = make_convolver_plan(response);
  const std::size_t floats = 2 * sizeof(float) * response.size();  // a complex number a tap
  EXPECT_GT(plan->bytes(), floats * 9 / 10);
  EXPECT_LT(plan->bytes(), floats * 3 / 2);
  EXPECT_LT(plan->instantiate()->state_bytes(), floats * 3 / 2);
}

}  // namespace
}  // namespace namrack::engine
