#include "engine/audio/rig.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/engine/rig_harness.h"

namespace namrack::engine {
namespace {

using testing::model_alone;
using testing::path_of;
using testing::Player;
using testing::random_model;
using testing::Report;
using testing::stimulus;
using testing::tone;

float largest_step(const std::vector<float>& x) {
  float largest = 0.0F;
  for (std::size_t t = 1; t < x.size(); ++t) largest = std::fmax(largest, std::fabs(x[t] - x[t - 1]));
  return largest;
}

TEST(Rig, WithoutAModelTheDrySignalPassesUntouched) {
  Player player;
  EXPECT_EQ(player.play(stimulus()), stimulus());
}

TEST(Rig, AModelInRawModeIsHeardBitForBitAtAnyBlockSize) {
  const std::vector<float> in = stimulus();
  const std::vector<float> expected = model_alone("a1_nano", in);
  for (const std::size_t block : {1, 33, 64, 100, 256, 1000, 6000}) {
    Player player;
    player.swap(path_of("a1_nano"), 0);
    EXPECT_EQ(player.play(in, block), expected) << block;
  }
}

TEST(Rig, InputAndOutputMayBeTheSameBuffer) {
  Player player;
  player.swap(path_of("a1_nano"), 0);
  std::vector<float> buffer = stimulus();
  const Block block(buffer.data(), buffer.size());
  player.rig.process(block, block, 1000);
  EXPECT_EQ(buffer, model_alone("a1_nano", stimulus()));
}

TEST(Rig, ASwapIsReportedAtItsFrameAndTheFormerModelComesBackAfterTheFade) {
  Player player;
  auto first = path_of("a1_nano");
  const Path* const former = first.get();
  player.swap(std::move(first), 0);
  player.play(tone(64));
  EXPECT_EQ(player.reports().size(), 2U);
  const std::uint64_t frame = player.now;
  const Change* const swap = player.swap(path_of("a1_pico"), 960);
  player.play(tone(64));
  auto reports = player.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_TRUE(reports[0].change->has_begun());
  EXPECT_EQ(reports[0].change, swap);
  EXPECT_EQ(reports[0].frame, frame);
  EXPECT_EQ(reports[0].fade_frames, 960U);
  EXPECT_EQ(swap->outgoing, nullptr);
  player.play(tone(896));
  reports = player.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_TRUE(reports[0].has_ended);
  EXPECT_EQ(reports[0].change, swap);
  EXPECT_EQ(reports[0].frame, frame + 960);
  EXPECT_EQ(reports[0].change->outgoing.get(), former);
}

TEST(Rig, ASwapDuringANoteMakesNoStepAndNoGap) {
  const std::vector<float> in = tone(9600);
  for (const char* from : {"a1_nano", "lstm_1x8", "a1_feather"}) {
    for (const char* to : {"a1_lite", "lstm_2x8"}) {
      for (const std::size_t block : {16, 128, 1024}) {
        Player player;
        player.swap(path_of(from), 0);
        player.play(in, block);
        const float last = player.play(in, block).back();
        player.swap(path_of(to), 960);
        std::vector<float> heard = player.play(in, block);
        heard.insert(heard.begin(), last);
        // Never steeper than the two models themselves (the incoming one from its start), with some room for
        // their sum.
        const float steepest =
            std::fmax(largest_step(model_alone(from, in)), largest_step(model_alone(to, in)));
        EXPECT_LT(largest_step(heard), 1.5F * steepest + 0.002F)
            << from << " to " << to << " block " << block;
      }
    }
  }
}

TEST(Rig, SwappingAModelForItsLikeInTheSameStateIsInaudible) {
  const std::vector<float> in = tone(9600);
  const std::vector<float> expected = model_alone("a1_pico", in);
  Player alike;
  alike.swap(path_of("a1_pico"), 0);
  alike.swap(path_of("a1_pico"), 960);
  const std::vector<float> heard = alike.play(in);
  for (std::size_t t = 0; t < in.size(); ++t) ASSERT_NEAR(heard[t], expected[t], 3e-6F) << t;
}

TEST(Rig, AFadeThroughZeroNeverRunsTwoModelsAndMakesNoStep) {
  const std::vector<float> in = tone(9600);
  for (const std::size_t block : {16, 100, 1024}) {
    Player player;
    player.swap(path_of("a1_nano"), 0);
    std::vector<float> heard = player.play(in, block);
    player.reports();
    const std::uint64_t begin = player.now;
    player.ask({.incoming = path_of("a1_feather"), .fade_kind = FadeKind::through_zero, .fade_frames = 960});
    const std::vector<float> rest = player.play(in, block);
    heard.insert(heard.end(), rest.begin(), rest.end());
    const auto reports = player.reports();
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_TRUE(reports[0].change->has_begun());
    EXPECT_EQ(reports[0].change->fade_kind, FadeKind::through_zero);
    EXPECT_EQ(reports[0].frame, begin);
    EXPECT_EQ(reports[0].fade_frames, 960U);
    EXPECT_TRUE(reports[1].has_ended);
    EXPECT_EQ(reports[1].frame, begin + 960);
    EXPECT_NE(reports[1].change->outgoing, nullptr);
    EXPECT_EQ(rest[479], 0.0F) << "between the two";
    // The outgoing model fades alone, then the incoming one starts, and is alone from its first frame on.
    std::vector<float> twice = in;
    twice.insert(twice.end(), in.begin(), in.end());
    const std::vector<float> before = model_alone("a1_nano", twice);
    const std::vector<float> after = model_alone("a1_feather", {in.begin() + 480, in.end()});
    for (std::size_t t = 960; t < in.size(); ++t) ASSERT_EQ(rest[t], after[t - 480]) << "block " << block;
    EXPECT_NEAR(rest[240], 0.5F * before[9600 + 240], 0.01F);
    EXPECT_LT(largest_step(heard), 1.2F * std::fmax(largest_step(before), largest_step(after)));
  }
}

TEST(Rig, WithoutAudioAFadeThroughZeroIsOverAtOnce) {
  Player player;
  auto first = path_of("a1_nano");
  const Path* const former = first.get();
  player.swap(std::move(first), 0);
  player.play(tone(640));
  player.ask({.incoming = path_of("a1_feather"), .fade_kind = FadeKind::through_zero, .fade_frames = 960});
  player.play(tone(64));
  player.reports();
  player.rig.apply_idle();
  auto reports = player.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_TRUE(reports[0].has_ended);
  EXPECT_EQ(reports[0].change->outgoing.get(), former);
  EXPECT_EQ(player.play(tone(64)), model_alone("a1_feather", tone(64)));
}

TEST(Rig, SwappingToNoModelEndsInTheDrySignal) {
  Player player;
  player.swap(path_of("a1_nano"), 0);
  player.play(tone(1000));
  player.swap(nullptr, 480);
  player.play(tone(480));
  EXPECT_EQ(player.play(tone(1000)), tone(1000));
}

TEST(Rig, ASwapBeginsAtTheFrameAskedForEvenInsideABlock) {
  const std::vector<float> in = tone(4096);
  Player player;
  const std::uint64_t begin = player.now;
  player.swap(path_of("a1_nano"), 0, begin + 1111);
  const std::vector<float> heard = player.play(in, 1024);
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].frame, begin + 1111);
  EXPECT_TRUE(reports[1].has_ended);
  EXPECT_EQ(reports[1].frame, begin + 1111);
  const std::vector<float> later(in.begin() + 1111, in.end());
  const std::vector<float> expected = model_alone("a1_nano", later);
  for (std::size_t t = 0; t < 1111; ++t) ASSERT_EQ(heard[t], in[t]);
  for (std::size_t t = 1111; t < in.size(); ++t) ASSERT_EQ(heard[t], expected[t - 1111]);
}

TEST(Rig, AFrameThatHasPassedIsTooLateAndChangesNothing) {
  Player player;
  player.swap(path_of("a1_nano"), 0, player.now - 1);
  EXPECT_EQ(player.play(tone(256)), tone(256));
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].state, Change::State::too_late);
  EXPECT_NE(reports[0].change->incoming, nullptr);
}

TEST(Rig, DuringAFadeTheNewestSwapWaitsAndTheOneBeforeItIsSuperseded) {
  Player player;
  player.swap(path_of("a1_nano"), 960);
  player.play(tone(64));
  const Change* const second = player.swap(path_of("a1_pico"), 480);
  const Change* const third = player.swap(path_of("a1_feather"), 480);
  player.play(tone(64));
  auto reports = player.reports();
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[1].state, Change::State::superseded);
  EXPECT_EQ(reports[1].change, second);
  EXPECT_NE(reports[1].change->incoming, nullptr);
  player.play(tone(2000));
  reports = player.reports();
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_TRUE(reports[0].has_ended);
  EXPECT_TRUE(reports[1].change->has_begun());
  EXPECT_EQ(reports[1].change, third);
  EXPECT_EQ(reports[1].frame, 1000U + 960U);
  EXPECT_TRUE(reports[2].has_ended);
  EXPECT_EQ(reports[2].change, third);
}

TEST(Rig, BypassFadesToTheDryInputAndBackWithoutAStep) {
  const std::vector<float> in = tone(48000);
  Player player;
  player.swap(path_of("a1_nano"), 0);
  std::vector<float> heard = player.play({in.begin(), in.begin() + 4800});
  const auto keep = [&](const std::vector<float>& more) {
    heard.insert(heard.end(), more.begin(), more.end());
  };
  player.bypass(BypassSwitch::toggle);
  keep(player.play({in.begin() + 4800, in.begin() + 9600}));
  EXPECT_EQ(heard.back(), in[9599]);
  player.bypass(BypassSwitch::toggle);
  keep(player.play({in.begin() + 9600, in.begin() + 14400}));
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 4U);
  EXPECT_TRUE(reports[2].bypassed);
  EXPECT_FALSE(reports[3].bypassed);
  const std::vector<float> wet = model_alone("a1_nano", in);
  EXPECT_EQ(heard.back(), wet[14399]);
  EXPECT_LT(largest_step(heard), 1.5F * largest_step(wet) + 0.003F);
}

TEST(Rig, GainsAreRampedToTheAskedLevel) {
  Player player;
  player.play(tone(480));
  player.set({{Setting::output_db, -20.0F}});
  const std::vector<float> in = tone(4800);
  const std::vector<float> heard = player.play(in);
  EXPECT_LT(largest_step(heard), largest_step(in) + 0.001F);
  EXPECT_NEAR(heard.back(), 0.1F * in.back(), 1e-6F);
  player.set({{Setting::input_db, 20.0F}});
  EXPECT_NEAR(player.play(in).back(), in.back(), 1e-6F);
}

TEST(Rig, LevelModesApplyTheModelsMetadata) {
  const std::vector<float> in = tone(9600, 0.1F);
  const auto model = Model::load(random_model("a1_nano_metadata"));
  const ModelLevels levels = model->info().levels;
  std::vector<float> raw(in.size());
  model->instantiate()->process(in.data(), raw.data(), in.size());
  Player player;
  player.set({{Setting::level_mode, LevelMode::normalized}, {Setting::dc_blocker, AutoSwitch::off}});
  player.swap(path_of("a1_nano_metadata"), 0);
  const std::vector<float> heard = player.play(in);
  const float gain = db_to_gain(level_adjustment({}, levels, std::nullopt).output_db);
  EXPECT_GT(std::fabs(gain - 1.0F), 0.01F);
  for (std::size_t t = 0; t < in.size(); ++t) ASSERT_NEAR(heard[t], gain * raw[t], 1e-5F);
}

TEST(Rig, TheDcBlockerTakesTheRestingConstantOutFromTheFirstSample) {
  Player player;
  player.set({{Setting::level_mode, LevelMode::normalized}});
  player.swap(path_of("a1_standard"), 0);
  const std::vector<float> heard = player.play(std::vector<float>(4800, 0.0F));
  for (const float y : heard) ASSERT_NEAR(y, 0.0F, 1e-6F);
  Player raw;
  raw.swap(path_of("a1_standard"), 0);
  EXPECT_GT(std::fabs(raw.play(std::vector<float>(100, 0.0F)).back()), 1e-6F);
}

TEST(Rig, MutingFadesToSilenceAndSaysSo) {
  Player player;
  EXPECT_FALSE(player.rig.is_silent());
  player.play(tone(480));
  player.rig.mute(true);
  const std::vector<float> heard = player.play(tone(960));
  EXPECT_LT(largest_step(heard), 0.02F);
  EXPECT_EQ(heard.back(), 0.0F);
  player.play(tone(64));
  EXPECT_TRUE(player.rig.is_silent());
  player.rig.mute(false);
  EXPECT_EQ(player.play(tone(960)).back(), tone(960).back());
}

TEST(Rig, MutingTakesEffectAtOnceWhileNoAudioThreadRuns) {
  Player player;
  player.rig.mute(true);
  player.rig.apply_idle();
  EXPECT_EQ(player.play(tone(64)), std::vector<float>(64, 0.0F));
}

TEST(Rig, CommandsAreAppliedAtOnceWhileNoAudioThreadRuns) {
  Player player;
  player.swap(path_of("a1_nano"), 960);
  player.play(tone(64));
  player.reports();
  player.swap(path_of("a1_pico"), 960);
  player.swap(path_of("a1_feather"), 960, player.now + 100000);
  player.bypass(BypassSwitch::on);
  player.rig.apply_idle();
  const auto reports = player.reports();
  EXPECT_EQ(
      std::count_if(reports.begin(), reports.end(),
                    [](const Report& report) { return report.change->has_begun() && !report.has_ended; }),
      3);
  const std::vector<float> in = tone(100);
  EXPECT_EQ(player.play(in), in);  // bypassed
  player.bypass(BypassSwitch::off);
  player.rig.apply_idle();
  EXPECT_NE(player.play(in), in);
}

TEST(Rig, ANewSampleRateTakesTheModelOut) {
  Player player;
  player.swap(path_of("a1_nano"), 0);
  player.rig.apply_idle();
  player.reports();
  const auto former = player.rig.set_sample_rate(44100.0);
  ASSERT_NE(former, nullptr);
  EXPECT_EQ(player.play(tone(100)), tone(100));
}

TEST(Rig, RefusesCommandsBeyondItsCapacityAndLeavesTheModelWithTheCaller) {
  Player player;
  for (std::size_t i = 0; i < Rig::kMaxOpen; ++i) ASSERT_TRUE(player.bypass(BypassSwitch::toggle));
  EXPECT_FALSE(player.bypass(BypassSwitch::toggle));
  Change swap{.incoming = path_of("a1_pico")};
  EXPECT_FALSE(player.rig.submit(swap));
  EXPECT_NE(swap.incoming, nullptr);
  player.play(tone(64));
  EXPECT_EQ(player.reports().size(), Rig::kMaxOpen);
  EXPECT_TRUE(player.rig.submit(swap));
}

TEST(Rig, AModelOfAnotherRateIsResampled) {
  const auto model = path_of("a1_nano_44100");
  EXPECT_GT(model->latency_frames(), 0U);
  Player player;
  player.swap(path_of("a1_nano_44100"), 0);
  const std::vector<float> heard = player.play(stimulus(), 100);
  Player other;
  other.swap(path_of("a1_nano_44100"), 0);
  EXPECT_EQ(other.play(stimulus(), 1024), heard);
  EXPECT_GT(*std::max_element(heard.begin(), heard.end()), 0.01F);
}

TEST(Rig, AModelThatOverflowsFallsSilentAndComesBack) {
  for (const char* name : {"a1_small_relu", "linear_64"}) {
    Player player;
    player.swap(path_of(name), 0);
    player.play(tone(500));
    player.start_with({{Setting::input_db, 200.0F}});
    for (const float y : player.play(std::vector<float>(200, 9e5F))) ASSERT_TRUE(std::isfinite(y)) << name;
    player.start_with({{Setting::input_db, 0.0F}});
    EXPECT_GT(player.rig.faults(), 0U) << name;
    EXPECT_EQ(player.rig.input_faults(), 0U) << name;
    const std::uint64_t faults = player.rig.faults();
    const std::vector<float> in = tone(6000);
    const std::vector<float> heard = player.play(in);
    for (const float y : heard) ASSERT_TRUE(std::isfinite(y)) << name;
    EXPECT_LE(player.rig.faults(), faults + 1) << name;
    EXPECT_NEAR(heard.back(), model_alone(name, in).back(), 1e-4F) << name;
  }
}

TEST(Rig, WhatIsLouderThanAnySoundIsFlushedBeforeGainsCanMakeItInfinite) {
  Player player;
  player.set({{Setting::output_db, 40.0F}});
  const std::string linear =
      R"({"version":"0.5.0","architecture":"Linear","config":{"receptive_field":1,"bias":false},"weights":[2e37]})";
  player.swap(testing::path_of(*Model::parse(linear, "linear")), 0);
  for (const float y : player.play(tone(500))) ASSERT_TRUE(std::isfinite(y));
  EXPECT_GT(player.rig.faults(), 0U);
}

TEST(Rig, AFiniteOutputBeyondAnySoundIsSilencedHoweverFarTheBoundIsFromInfinity) {
  for (const double weight : {1e7, 1e30}) {
    Player player;
    const std::string linear =
        R"({"version":"0.5.0","architecture":"Linear","config":{"receptive_field":1,"bias":false},"weights":[)" +
        std::to_string(weight) + "]}";
    player.swap(testing::path_of(*Model::parse(linear, "linear")), 0);
    const std::vector<float> heard = player.play(std::vector<float>(640, 0.5F));
    EXPECT_EQ(heard, std::vector<float>(640, 0.0F)) << weight;
    EXPECT_EQ(player.rig.faults(), 10U) << weight;
  }
}

TEST(Rig, MetersMeasureInputAndOutput) {
  Player player;
  player.set({{Setting::output_db, -20.0F}});
  player.rig.apply_idle();
  player.play(tone(48000, 0.5F));
  const Meter::Reading in = player.rig.input_meter().peek();
  EXPECT_NEAR(in.peak, 0.5F, 1e-3F);
  EXPECT_NEAR(in.rms, 0.5F / std::sqrt(2.0F), 5e-3F);
  EXPECT_NEAR(player.rig.output_meter().peek().peak, 0.05F, 1e-3F);
}

}  // namespace
}  // namespace namrack::engine
