// What the audio thread asks of its own rig, and changes that keep to a grid of frames.

#include <gtest/gtest.h>

#include "tests/engine/rig_harness.h"

namespace namrack::engine {
namespace {

using testing::path_of;
using testing::Player;
using testing::tone;

TEST(RigAction, TakesEffectAtItsFrameOfTheBlockThatComes) {
  Player player;
  ASSERT_TRUE(player.rig.act({.settings = {{Setting::output_db, 20.0F}}, .is_kept = true}, player.now + 37));
  const std::vector<float> heard = player.play(std::vector<float>(4096, 0.1F), 128);
  EXPECT_EQ(heard[36], 0.1F);
  EXPECT_GT(heard[37], 0.1F);
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_TRUE(reports[0].change->has_begun());
  EXPECT_TRUE(reports[0].change->is_action);
  EXPECT_EQ(reports[0].action.settings, (SettingChanges{{Setting::output_db, 20.0F}}));
  EXPECT_TRUE(reports[0].action.is_kept);
  EXPECT_EQ(reports[0].frame, 1000U + 37U);
}

TEST(RigAction, ActionsForOneFrameKeepTheirOrderAndFollowCommands) {
  Player player;
  player.set({{Setting::output_db, 20.0F}}, player.now + 5);
  for (const float gain : {6.0F, -6.0F, 0.0F})
    ASSERT_TRUE(player.rig.act({.settings = {{Setting::output_db, gain}}}, player.now + 5));
  EXPECT_NEAR(player.play(std::vector<float>(2000, 0.1F)).back(), 0.1F, 1e-6F);
}

TEST(RigAction, TogglingTellsWhatBecameOfBypass) {
  Player player;
  player.rig.act({.bypass = BypassSwitch::toggle}, player.now);
  player.play(tone(64));
  EXPECT_TRUE(player.reports().at(0).bypassed);
  player.rig.act({.bypass = BypassSwitch::toggle}, player.now);
  player.play(tone(64));
  EXPECT_FALSE(player.reports().at(0).bypassed);
}

TEST(RigAction, IsRefusedWhileNobodyPollsAndLeavesRoomForCommands) {
  Player player;
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < 3 * Rig::kMaxActions; ++i) {
    accepted += player.rig.act({.bypass = BypassSwitch::toggle}, player.now) ? 1 : 0;
    player.play(std::vector<float>(1));
  }
  EXPECT_EQ(accepted, Rig::kMaxActions);
  std::size_t commands = 0;
  while (player.set({{Setting::input_db, 1.0F}})) ++commands;
  EXPECT_EQ(commands, Rig::kMaxOpen);
  player.play(std::vector<float>(64));
  EXPECT_EQ(player.reports().size(), Rig::kMaxActions + Rig::kMaxOpen);
  EXPECT_TRUE(player.rig.act({.bypass = BypassSwitch::toggle}, player.now));
}

TEST(RigGrid, AChangeForNowWaitsForAFrameOfItsGrid) {
  Player player;
  player.ask({.action = {.settings = {{Setting::output_db, 6.0F}}},
              .grid = {.of = player.now - 1000 + 37, .period = 128}});
  player.play(tone(1024), 128);
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].frame, 1000U + 61U) << "37 - 1000 + 8 * 128 = 61";
}

// The model has to catch up first, and then the grid still holds: nothing of the past is missing.
TEST(RigGrid, AModelThatStillListensJoinsAtALaterFrameOfIt) {
  Player player;
  player.play(tone(48000), 128);
  auto listener = path_of("a1_nano");
  listener->begin_to_listen(player.rig.recent_input(), 6000);
  listener->listen(player.rig.recent_input(), 3000);
  player.ask({.incoming = std::move(listener), .fade_frames = 480, .grid = {.of = 5, .period = 128}});
  player.play(tone(48000), 128);
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_GE(reports[0].frame, 49000U + 2 * 2900U) << "it hears half as fast again as the input comes";
  EXPECT_EQ(reports[0].frame % 128, 5U);
  EXPECT_EQ(reports[0].change->skipped_frames, 0U);
}

// A scene that a pedal asked for waits for its frame; what a client asks for after it must not come before
// it, because then the older one would be heard in the end.
TEST(RigGrid, WhatIsAskedForLaterDoesNotComeEarlier) {
  Player player;
  const Change* const first = player.ask({.action = {.settings = {{Setting::output_db, 20.0F}}},
                                          .grid = {.of = player.now - 1000 + 37, .period = 128}});
  const Change* const second = player.set({{Setting::output_db, -20.0F}});
  const Change* const third =
      player.ask({.action = {.settings = {{Setting::output_db, 6.0F}}}, .grid = {.of = 10, .period = 128}});
  player.play(tone(1024), 128);
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_EQ(reports[0].change, first);
  EXPECT_EQ(reports[0].frame, 1000U + 61U);
  EXPECT_EQ(reports[1].change, second);
  EXPECT_EQ(reports[1].frame, 1000U + 61U);
  EXPECT_EQ(reports[2].change, third);
  EXPECT_EQ(reports[2].frame, 1034U + 128U) << "10 + 9 * 128 = 1162";
}

TEST(RigGrid, MeansNothingToAChangeThatHasAFrame) {
  Player player;
  player.ask({.incoming = dry_path(48000.0),
              .fade_frames = 480,
              .at_frame = player.now + 40,
              .grid = {.of = 5, .period = 128}});
  player.play(tone(1024), 128);
  EXPECT_EQ(player.reports().at(0).frame, 1040U);
}

TEST(RigGrid, MeansNothingWhileNoAudioRuns) {
  Player player;
  player.ask({.action = {.bypass = BypassSwitch::on}, .grid = {.of = 5, .period = 128}});
  player.rig.apply_idle();
  EXPECT_TRUE(player.reports().at(0).bypassed);
}

}  // namespace
}  // namespace namrack::engine
