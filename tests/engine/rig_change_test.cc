// Changes of several things at once, settings, levels and the peak guard.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/rig_harness.h"

namespace namrack::engine {
namespace {

using testing::model_alone;
using testing::path_of;
using testing::Player;
using testing::tone;

TEST(RigChange, SettingsTakeEffectAtTheFrameAskedForEvenInsideABlock) {
  Player player;
  const std::vector<float> in(4096, 0.1F);
  player.set({{Setting::output_db, 20.0F}}, player.now + 1111);
  const std::vector<float> heard = player.play(in, 1024);
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].frame, 1000U + 1111U);
  EXPECT_EQ(heard[1110], 0.1F);
  EXPECT_GT(heard[1111], 0.1F);
  EXPECT_NEAR(heard[1111 + 480], 0.55F, 2e-3F) << "half-way up the ramp of 20 ms";
  EXPECT_NEAR(heard[1111 + 960], 1.0F, 1e-6F);
}

TEST(RigChange, SettingsThatAreNotNamedStayAsAnotherCommandLeftThem) {
  Player player;
  player.set({{Setting::input_db, 6.0F}}, player.now + 1000);
  player.set({{Setting::output_db, -6.0F}});
  EXPECT_NEAR(player.play(std::vector<float>(4096, 0.5F)).back(), 0.5F, 1e-6F);
}

TEST(RigChange, AllPartsOfAChangeBeginAtTheSameFrame) {
  Player player;
  const std::uint64_t at = player.now + 100;
  player.ask({.incoming = path_of("a1_nano"),
              .action = {.bypass = BypassSwitch::on, .settings = {{Setting::output_db, 6.0F}}},
              .at_frame = at});
  player.play(tone(2000));
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].frame, at);
  EXPECT_TRUE(reports[0].bypassed);
  player.bypass(BypassSwitch::off);
  const float full = player.play(tone(2000)).back();
  Player plain;
  plain.swap(path_of("a1_nano"), 0, at);
  plain.play(tone(2000));
  EXPECT_NEAR(full, db_to_gain(6.0F) * plain.play(tone(2000)).back(), 1e-5F);
}

TEST(RigChange, OfTwoAtTheSameFrameTheOneWithTheLowerNumberIsFirst) {
  Player player;
  const auto ask = [&](float output_db, std::uint64_t order) {
    return player.ask({.action = {.settings = {{Setting::output_db, output_db}}},
                       .at_frame = player.now + 10,
                       .order = order});
  };
  const Change* const second = ask(6.0F, 2);
  const Change* const first = ask(-6.0F, 1);
  EXPECT_NEAR(player.play(std::vector<float>(2000, 0.1F)).back(), 0.1F * db_to_gain(6.0F), 1e-6F);
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].change, first);
  EXPECT_EQ(reports[1].change, second);
}

TEST(RigChange, AChangeThatComesTooLateChangesNothingAtAll) {
  Player player;
  player.ask({.incoming = path_of("a1_nano"),
              .action = {.bypass = BypassSwitch::on, .settings = {{Setting::output_db, 6.0F}}},
              .at_frame = player.now - 1});
  EXPECT_EQ(player.play(tone(2000)), tone(2000));
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].state, Change::State::too_late);
  EXPECT_FALSE(reports[0].bypassed);
}

TEST(RigChange, OneSoundFadesIntoALouderOneAndNeitherChangesItsOwnLevel) {
  const std::vector<float> in(96000, 0.1F);
  Player player;
  player.set({{Setting::input_db, 6.0F}});
  player.rig.apply_idle();
  player.ask({.incoming = dry_path(48000.0),
              .fade_frames = 48000,
              .action = {.settings = {{Setting::input_db, 12.0F}}}});
  const std::vector<float> heard = player.play(in);
  // The two are alike, so they cross with equal gain: between 20 ms and the middle nothing but the fade
  // moves.
  EXPECT_NEAR(heard[960], 0.1F * db_to_gain(6.0F), 1e-3F) << "the outgoing sound keeps its gain";
  EXPECT_NEAR(heard[24000], 0.05F * (db_to_gain(6.0F) + db_to_gain(12.0F)), 2e-3F);
  EXPECT_NEAR(heard.back(), 0.1F * db_to_gain(12.0F), 1e-6F);
}

TEST(RigChange, ASwapReportsTheLevelsBeforeAndAfterIt) {
  Player player;
  player.swap(path_of("a1_nano"), 0);
  const std::vector<float> in = tone(24000);
  player.play(in);
  auto listener = path_of("a1_feather");
  listener->begin_to_listen(player.rig.recent_input(), 8000);
  listener->listen(player.rig.recent_input(), 9000);
  player.reports();
  player.swap(std::move(listener), 0);
  player.play(in);
  const auto rms = [&](const char* name) {
    const std::vector<float> out = model_alone(name, in);
    double sum = 0.0;
    for (std::size_t t = 12000; t < out.size(); ++t) sum += double{out[t]} * double{out[t]};
    return std::sqrt(sum / 12000.0);
  };
  const auto reports = player.reports();
  EXPECT_NEAR(double{reports.at(0).change->level_before} / rms("a1_nano"), 1.0, 0.05);
  EXPECT_NEAR(double{reports.at(0).change->level_after} / rms("a1_feather"), 1.0, 0.05);
}

TEST(RigChange, ThePeakGuardHoldsFromTheBeginning) {
  Rig rig(48000.0);
  const std::vector<float> in(1000, 2.5F);
  std::vector<float> out(in.size());
  rig.process({in.data(), in.size()}, {out.data(), out.size()}, 1);
  EXPECT_EQ(*std::max_element(out.begin(), out.end()), 1.0F);
}

TEST(RigChange, WhatComesDuringAFadeThroughZeroIsAnsweredAfterItAndHolds) {
  Player player;
  const Change* const swap = player.ask({.incoming = dry_path(48000.0),
                                         .fade_kind = FadeKind::through_zero,
                                         .fade_frames = 48000,
                                         .action = {.settings = {{Setting::output_db, -40.0F}}}});
  player.play(std::vector<float>(6400, 0.1F));
  const Change* const set = player.set({{Setting::output_db, 6.0F}});
  player.play(std::vector<float>(6400, 0.1F));
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].change, swap);
  EXPECT_EQ(reports[0].frame, 1000U);
  EXPECT_EQ(reports[1].change, set);
  EXPECT_NEAR(player.play(std::vector<float>(96000, 0.1F)).back(), 0.1F * db_to_gain(6.0F), 1e-5F);
}

TEST(RigChange, ASwapHurriesBothHalvesOfAFadeThroughZero) {
  Player player;
  player.ask({.incoming = path_of("a1_nano"), .fade_kind = FadeKind::through_zero, .fade_frames = 480000});
  player.play(tone(4800));
  player.reports();
  const std::uint64_t asked = player.now;
  const Change* const swap = player.swap(nullptr, 480);
  player.play(tone(9600));
  player.reports();
  ASSERT_TRUE(swap->has_begun());
  EXPECT_LE(swap->frame - asked, 2U * 960U + 4U);
}

TEST(RigChange, WithoutAudioWhatWasScheduledHappensInTheOrderOfItsFrames) {
  Player player;
  player.set({{Setting::output_db, 6.0F}}, player.now + 2000);
  player.set({{Setting::output_db, -6.0F}}, player.now + 1000);
  player.play(tone(64));
  player.rig.apply_idle();
  EXPECT_NEAR(player.play(std::vector<float>(100, 0.1F)).back(), 0.1F * db_to_gain(6.0F), 1e-6F);
}

TEST(RigChange, ThePeakGuardHoldsTheCeilingInEveryModeButRaw) {
  Player player;
  player.set({{Setting::output_db, 20.0F},
              {Setting::ceiling_db, -6.0F},
              {Setting::level_mode, LevelMode::normalized}});
  player.rig.apply_idle();
  float peak = 0.0F;
  for (const float y : player.play(tone(4800))) peak = std::fmax(peak, std::fabs(y));
  EXPECT_LE(peak, db_to_gain(-6.0F));
  EXPECT_GT(peak, 0.99F * db_to_gain(-6.0F));
  player.set({{Setting::level_mode, LevelMode::raw}});
  player.play(tone(48000));
  for (const float y : player.play(tone(4800))) peak = std::fmax(peak, std::fabs(y));
  EXPECT_GT(peak, 1.0F);
  player.set({{Setting::level_mode, LevelMode::normalized}, {Setting::peak_guard, AutoSwitch::off}});
  peak = 0.0F;
  for (const float y : player.play(tone(4800))) peak = std::fmax(peak, std::fabs(y));
  EXPECT_GT(peak, 1.0F);
}

}  // namespace
}  // namespace namrack::engine
