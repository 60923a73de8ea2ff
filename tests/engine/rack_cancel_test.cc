// Commands that are ended before they begin, and silence in a model's place.

#include <gtest/gtest.h>

#include "tests/engine/rack_harness.h"

namespace namrack::engine {
namespace {

using testing::Player;
using testing::rack_model;
using testing::tone;

TEST(RackCancel, a_command_that_waits_for_its_frame_never_begins_and_returns_its_model) {
  Player player;
  const std::uint64_t id = player.swap(rack_model("a1_nano"), 0, player.now + 1000);
  player.play(tone(256));
  ASSERT_TRUE(player.rack.cancel(id));
  const std::vector<float> in = tone(4096);
  EXPECT_EQ(player.play(in), in) << "the dry signal goes on";
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].kind, RackReport::Kind::cancelled);
  EXPECT_EQ(reports[0].id, id);
  EXPECT_NE(reports[0].model, nullptr);
}

TEST(RackCancel, others_keep_their_frames_and_their_order) {
  Player player;
  player.rack.set({.output_db = 6.0F}, player.now + 500);
  const std::uint64_t id = player.rack.bypass(BypassSwitch::on, player.now + 600).value();
  player.rack.set({.output_db = 0.0F}, player.now + 700);
  ASSERT_TRUE(player.rack.cancel(id));
  player.play(tone(2048));
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_EQ(reports[0].kind, RackReport::Kind::cancelled);
  EXPECT_EQ(reports[1].frame, 1500U);
  EXPECT_EQ(reports[2].frame, 1700U);
  EXPECT_FALSE(reports[2].bypassed);
}

TEST(RackCancel, a_command_that_has_begun_is_reported_as_applied_only) {
  Player player;
  const std::uint64_t id = player.swap(rack_model("a1_nano"), 480);
  player.play(tone(64));
  ASSERT_TRUE(player.rack.cancel(id));
  player.play(tone(2048));
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].kind, RackReport::Kind::applied);
  EXPECT_EQ(reports[1].kind, RackReport::Kind::faded);
}

TEST(RackCancel, while_no_audio_runs_what_is_cancelled_is_not_carried_out) {
  Player player;
  const std::uint64_t queued = player.rack.bypass(BypassSwitch::on, player.now + 600).value();
  ASSERT_TRUE(player.rack.cancel(queued));
  player.rack.apply_idle();
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].kind, RackReport::Kind::cancelled);
  EXPECT_FALSE(reports[0].bypassed);
}

TEST(RackCancel, makes_room_for_another_command) {
  Player player;
  std::vector<std::uint64_t> ids;
  for (std::size_t i = 0; i < Rack::kMaxOpen; ++i)
    ids.push_back(player.rack.bypass(BypassSwitch::on, player.now + 100000).value());
  EXPECT_EQ(player.rack.bypass(BypassSwitch::on, player.now + 100000), std::nullopt);
  for (const std::uint64_t id : ids) ASSERT_TRUE(player.rack.cancel(id));
  player.play(tone(64));
  EXPECT_EQ(player.reports().size(), Rack::kMaxOpen);
  EXPECT_NE(player.rack.bypass(BypassSwitch::on, player.now + 100000), std::nullopt);
}

TEST(RackSilence, takes_the_place_of_a_model_without_letting_the_input_through) {
  Player player;
  player.swap(rack_model("a1_nano"), 0);
  player.play(tone(2048));
  RackChange change{.swap = RackChange::Swap{.model = nullptr, .fade_frames = 480, .silent = true}};
  ASSERT_TRUE(player.rack.change(change));
  player.play(tone(1024));
  EXPECT_EQ(player.play(tone(2048)), std::vector<float>(2048, 0.0F));
  player.rack.bypass(BypassSwitch::on);
  player.play(tone(1024));
  const std::vector<float> in = tone(1024);
  EXPECT_EQ(player.play(in), in) << "bypass was asked for";
}

TEST(RackSilence, ends_with_the_next_swap) {
  Player player;
  RackChange change{.swap = RackChange::Swap{.model = nullptr, .silent = true}};
  ASSERT_TRUE(player.rack.change(change));
  player.play(tone(1024));
  player.swap(nullptr, 480);
  player.play(tone(1024));
  const std::vector<float> in = tone(1024);
  EXPECT_EQ(player.play(in), in);
}

}  // namespace
}  // namespace namrack::engine
