// What the audio thread asks of its own rack, and changes that keep to a grid of frames.

#include <gtest/gtest.h>

#include "tests/engine/rack_harness.h"

namespace namrack::engine {
namespace {

using testing::Player;
using testing::rack_model;
using testing::tone;

TEST(RackAction, takes_effect_at_its_frame_of_the_block_that_comes) {
  Player player;
  ASSERT_TRUE(
      player.rack.act({.settings = RackSettingChanges{.output_db = 20.0F}, .tag = 7}, player.now + 37));
  const std::vector<float> heard = player.play(std::vector<float>(4096, 0.1F), 128);
  EXPECT_EQ(heard[36], 0.1F);
  EXPECT_GT(heard[37], 0.1F);
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].kind, RackReport::Kind::applied);
  EXPECT_EQ(reports[0].id, 0U);
  EXPECT_EQ(reports[0].tag, 7U);
  EXPECT_EQ(reports[0].frame, 1000U + 37U);
}

TEST(RackAction, actions_for_one_frame_keep_their_order_and_follow_commands) {
  Player player;
  player.rack.set({.output_db = 20.0F}, player.now + 5);
  for (const float gain : {6.0F, -6.0F, 0.0F})
    ASSERT_TRUE(player.rack.act({.settings = RackSettingChanges{.output_db = gain}}, player.now + 5));
  EXPECT_NEAR(player.play(std::vector<float>(2000, 0.1F)).back(), 0.1F, 1e-6F);
}

TEST(RackAction, toggling_tells_what_became_of_bypass) {
  Player player;
  player.rack.act({.bypass = BypassSwitch::toggle}, player.now);
  player.play(tone(64));
  EXPECT_TRUE(player.reports().at(0).bypassed);
  player.rack.act({.bypass = BypassSwitch::toggle}, player.now);
  player.play(tone(64));
  EXPECT_FALSE(player.reports().at(0).bypassed);
}

TEST(RackAction, is_refused_while_nobody_polls_and_leaves_room_for_commands) {
  Player player;
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < 3 * Rack::kMaxActions; ++i) {
    accepted += player.rack.act({.bypass = BypassSwitch::toggle}, player.now) ? 1 : 0;
    player.play(std::vector<float>(1));
  }
  EXPECT_EQ(accepted, Rack::kMaxActions);
  std::size_t commands = 0;
  while (player.rack.set({.input_db = 1.0F})) ++commands;
  EXPECT_EQ(commands, Rack::kMaxOpen);
  player.play(std::vector<float>(64));
  EXPECT_EQ(player.reports().size(), Rack::kMaxActions + Rack::kMaxOpen);
  EXPECT_TRUE(player.rack.act({.bypass = BypassSwitch::toggle}, player.now));
}

TEST(RackGrid, a_change_for_now_waits_for_a_frame_of_its_grid) {
  Player player;
  RackChange change{.settings = RackSettingChanges{.output_db = 6.0F},
                    .grid = {.of = player.now - 1000 + 37, .period = 128}};
  ASSERT_TRUE(player.rack.change(change));
  player.play(tone(1024), 128);
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].frame, 1000U + 61U) << "37 - 1000 + 8 * 128 = 61";
}

// The model has to catch up first, and then the grid still holds: nothing of the past is missing.
TEST(RackGrid, a_model_that_still_listens_joins_at_a_later_frame_of_it) {
  Player player;
  player.play(tone(48000), 128);
  auto listener = rack_model("a1_nano");
  listener->begin_to_listen(player.rack.recent_input(), 6000);
  listener->listen(player.rack.recent_input(), 3000, 1.0F);
  RackChange change{.swap = RackChange::Swap{std::move(listener), 480}, .grid = {.of = 5, .period = 128}};
  ASSERT_TRUE(player.rack.change(change));
  player.play(tone(48000), 128);
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_GE(reports[0].frame, 49000U + 2 * 2900U) << "it hears half as fast again as the input comes";
  EXPECT_EQ(reports[0].frame % 128, 5U);
  EXPECT_EQ(reports[0].skipped_frames, 0U);
}

// A scene that a pedal asked for waits for its frame; what a client asks for after it must not come before
// it, because then the older one would be heard in the end.
TEST(RackGrid, what_is_asked_for_later_does_not_come_earlier) {
  Player player;
  RackChange older{.settings = RackSettingChanges{.output_db = 20.0F},
                   .grid = {.of = player.now - 1000 + 37, .period = 128}};
  const auto first = player.rack.change(older);
  const auto second = player.rack.set({.output_db = -20.0F});
  RackChange newest{.settings = RackSettingChanges{.output_db = 6.0F}, .grid = {.of = 10, .period = 128}};
  const auto third = player.rack.change(newest);
  player.play(tone(1024), 128);
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_EQ(reports[0].id, first);
  EXPECT_EQ(reports[0].frame, 1000U + 61U);
  EXPECT_EQ(reports[1].id, second);
  EXPECT_EQ(reports[1].frame, 1000U + 61U);
  EXPECT_EQ(reports[2].id, third);
  EXPECT_EQ(reports[2].frame, 1034U + 128U) << "10 + 9 * 128 = 1162";
}

TEST(RackGrid, means_nothing_to_a_change_that_has_a_frame) {
  Player player;
  RackChange change{
      .swap = RackChange::Swap{nullptr, 480}, .at_frame = player.now + 40, .grid = {.of = 5, .period = 128}};
  ASSERT_TRUE(player.rack.change(change));
  player.play(tone(1024), 128);
  EXPECT_EQ(player.reports().at(0).frame, 1040U);
}

TEST(RackGrid, means_nothing_while_no_audio_runs) {
  Player player;
  RackChange change{.bypass = BypassSwitch::on, .grid = {.of = 5, .period = 128}};
  ASSERT_TRUE(player.rack.change(change));
  player.rack.apply_idle();
  EXPECT_TRUE(player.reports().at(0).bypassed);
}

}  // namespace
}  // namespace namrack::engine
