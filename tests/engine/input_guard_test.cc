#include "engine/audio/input_guard.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "tests/engine/rig_harness.h"

namespace namrack::engine {
namespace {

using testing::path_of;
using testing::Player;
using testing::tone;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr std::size_t kTenMs = 480;
// Not in the middle of a block, and where the tone is near its peak.
constexpr std::size_t kBegin = 4922, kEnd = kBegin + 150;

std::vector<float> guarded(const std::vector<float>& in, std::size_t block = 64) {
  InputGuard guard;
  guard.set_sample_rate(48000.0);
  std::vector<float> out(in.size());
  for (std::size_t t = 0; t < in.size(); t += block)
    guard.process(std::span(in).subspan(t, std::min(block, in.size() - t)), std::span(out).subspan(t));
  return out;
}

std::vector<float> with_bad_ones(std::vector<float> samples, float bad, std::size_t every = 1) {
  for (std::size_t t = kBegin; t < kEnd; t += every) samples[t] = bad;
  return samples;
}

float largest(const std::vector<float>& samples, std::size_t begin, std::size_t end) {
  float peak = 0.0F;
  for (std::size_t t = begin; t < end; ++t)
    peak = std::isfinite(samples[t]) ? std::fmax(peak, std::fabs(samples[t])) : kInfinity;
  return peak;
}

TEST(InputGuard, WhatIsNoSoundBecomesSilenceByABridgeWithoutAStep) {
  const std::vector<float> in = tone(9600, 0.5F);
  for (const float bad : {kNan, -kNan, kInfinity, -kInfinity, 3e38F, -1.1e6F}) {
    const std::vector<float> out = guarded(with_bad_ones(in, bad));
    for (std::size_t t = 1; t < out.size(); ++t) ASSERT_LT(std::fabs(out[t] - out[t - 1]), 0.02F) << t;
    // The bridge is 240 frames long at 48 kHz, and before and behind it everything passes as it came.
    for (std::size_t t = 0; t < kBegin; ++t) ASSERT_EQ(out[t], in[t]) << t;
    for (std::size_t t = kEnd + 240; t < in.size(); ++t) ASSERT_EQ(out[t], in[t]) << t;
  }
}

TEST(InputGuard, TheLoudestSoundPasses) {
  std::vector<float> in = tone(1000);
  in[500] = kLoudestSample;
  in[700] = -kLoudestSample;
  EXPECT_EQ(guarded(in), in);
}

TEST(InputGuard, SoundAndNoneInTurnStayWithinTheSound) {
  for (const std::size_t every : {2U, 3U, 17U}) {
    const std::vector<float> out = guarded(with_bad_ones(tone(9600, 0.5F), kNan, every));
    EXPECT_LE(largest(out, 0, out.size()), 0.75F) << every;
  }
}

TEST(InputGuard, NothingButBadSamplesIsSilent) {
  EXPECT_EQ(guarded(std::vector<float>(5000, kNan)), std::vector<float>(5000, 0.0F));
}

TEST(InputGuard, TheResultDoesNotDependOnBlocks) {
  const std::vector<float> in = with_bad_ones(tone(9600, 0.5F), kInfinity, 7);
  const std::vector<float> expected = guarded(in, in.size());
  for (const std::size_t block : {1U, 5U, 64U, 1000U}) EXPECT_EQ(guarded(in, block), expected) << block;
}

TEST(InputGuard, ANewRateStartsAfresh) {
  InputGuard guard;
  guard.set_sample_rate(48000.0);
  std::vector<float> out(10);
  EXPECT_TRUE(guard.process(std::vector<float>(10, 0.5F), out));
  EXPECT_FALSE(guard.process(std::vector<float>(10, kNan), out));
  EXPECT_GT(out.back(), 0.4F);
  guard.set_sample_rate(96000.0);
  EXPECT_FALSE(guard.process(std::vector<float>(10, kNan), out));
  EXPECT_EQ(out.back(), 0.0F);
}

// ---- In the rig
// -------------------------------------------------------------------------------------------

/// What a rig with `model` ("": none) gives for the tone, with or without bad samples in it.
struct Heard {
  std::vector<float> clean, with_bad;
};

Heard play_both(const char* model, float bad, BypassSwitch bypass, const SettingChanges& settings) {
  Heard heard;
  for (std::vector<float>* const out : {&heard.clean, &heard.with_bad}) {
    Player player;
    player.start_with(settings);
    if (*model != '\0') player.swap(path_of(model), 0);
    player.bypass(bypass);
    player.rig.apply_idle();
    const std::vector<float> in = tone(24000);
    *out = player.play(out == &heard.clean ? in : with_bad_ones(in, bad));
    EXPECT_EQ(player.rig.faults(), 0U);
    EXPECT_EQ(player.rig.input_faults(), out == &heard.clean ? 0U : 4U) << "in blocks of 64";
    EXPECT_LT(player.rig.input_meter().peek().peak, 0.5F);
    EXPECT_LT(player.rig.input_meter().peek().rms, 0.5F);
    EXPECT_TRUE(std::isfinite(player.rig.output_meter().peek().rms));
  }
  return heard;
}

// Recovered: in each of the periods that follow as loud as without, within what a model makes of a hole that
// its receptive field still holds.
void expect_recovered(const Heard& heard, const std::string& what) {
  const float peak = largest(heard.clean, 0, heard.clean.size());
  EXPECT_LE(largest(heard.with_bad, 0, heard.with_bad.size()), 1.5F * peak) << what;
  constexpr std::size_t kPeriod = 437;  // of the tone
  for (std::size_t t = kEnd + kTenMs; t + kPeriod < heard.clean.size(); t += kPeriod) {
    const float expected = largest(heard.clean, t, t + kPeriod);
    ASSERT_LT(largest(heard.with_bad, t, t + kPeriod), 2.0F * expected) << what << " frame " << t;
    ASSERT_GT(largest(heard.with_bad, t, t + kPeriod), 0.6F * expected) << what << " frame " << t;
  }
}

TEST(InputGuardInTheRig, EveryPathRecoversWithinTenMillisecondsAndNothingIsDucked) {
  for (const float bad : {kNan, kInfinity, -3e38F}) {
    for (const char* model :
         {"", "a1_nano", "a1_standard", "lstm_1x8", "lstm_2x8", "linear_64", "convnet", "a1_nano_44100"}) {
      for (const LevelMode mode : {LevelMode::raw, LevelMode::normalized}) {
        const std::string what = std::string(model) + " " + std::to_string(bad);
        expect_recovered(play_both(model, bad, BypassSwitch::off, {{Setting::level_mode, mode}}), what);
        expect_recovered(play_both(model, bad, BypassSwitch::on, {{Setting::level_mode, mode}}),
                         what + " bypassed");
      }
    }
  }
}

TEST(InputGuardInTheRig, TheDrySignalIsExactlyItselfTenMillisecondsLater) {
  for (const AutoSwitch guard : {AutoSwitch::on, AutoSwitch::off}) {
    const Heard heard = play_both("", kNan, BypassSwitch::off, {{Setting::peak_guard, guard}});
    for (std::size_t t = kEnd + kTenMs; t < heard.clean.size(); ++t)
      ASSERT_EQ(heard.with_bad[t], heard.clean[t]) << t;
  }
}

TEST(InputGuardInTheRig, AModelThatJoinsHearsNoBadSampleOfThePast) {
  Player player;
  player.play(with_bad_ones(tone(9600), kNan));
  auto model = path_of("lstm_1x8");
  model->begin_to_listen(player.rig.recent_input(), 9600);
  model->listen(player.rig.recent_input(), 9600);
  player.swap(std::move(model), 0);
  const std::vector<float> heard = player.play(tone(9600));
  EXPECT_LT(largest(heard, 0, heard.size()), 10.0F);
  EXPECT_EQ(player.rig.faults(), 0U);
}

TEST(InputGuardInTheRig, ABlockCountsOnceHoweverLongItIs) {
  Player player;
  player.play(std::vector<float>(4096, kNan), 1024);
  EXPECT_EQ(player.rig.input_faults(), 4U);
  std::vector<float> in = tone(1024);
  in.back() = kInfinity;
  player.play(in, 1024);
  player.play(tone(1024), 1024);
  EXPECT_EQ(player.rig.input_faults(), 5U);
}

}  // namespace
}  // namespace namrack::engine
