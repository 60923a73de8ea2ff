// Commands that are ended before they begin, and silence in a model's place.

#include <gtest/gtest.h>

#include "tests/engine/rig_harness.h"

namespace namrack::engine {
namespace {

using testing::Player;
using testing::rig_model;
using testing::tone;

TEST(RigCancel, a_command_that_waits_for_its_frame_never_begins_and_returns_its_model) {
  Player player;
  const std::uint64_t id = player.swap(rig_model("a1_nano"), 0, player.now + 1000);
  player.play(tone(256));
  ASSERT_TRUE(player.rig.cancel(id));
  const std::vector<float> in = tone(4096);
  EXPECT_EQ(player.play(in), in) << "the dry signal goes on";
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].kind, RigReport::Kind::cancelled);
  EXPECT_EQ(reports[0].id, id);
  EXPECT_NE(reports[0].model, nullptr);
}

TEST(RigCancel, others_keep_their_frames_and_their_order) {
  Player player;
  player.rig.set({{Setting::output_db, 6.0F}}, player.now + 500);
  const std::uint64_t id = player.rig.bypass(BypassSwitch::on, player.now + 600).value();
  player.rig.set({{Setting::output_db, 0.0F}}, player.now + 700);
  ASSERT_TRUE(player.rig.cancel(id));
  player.play(tone(2048));
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_EQ(reports[0].kind, RigReport::Kind::cancelled);
  EXPECT_EQ(reports[1].frame, 1500U);
  EXPECT_EQ(reports[2].frame, 1700U);
  EXPECT_FALSE(reports[2].bypassed);
}

TEST(RigCancel, a_command_that_has_begun_is_reported_as_applied_only) {
  Player player;
  const std::uint64_t id = player.swap(rig_model("a1_nano"), 480);
  player.play(tone(64));
  ASSERT_TRUE(player.rig.cancel(id));
  player.play(tone(2048));
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].kind, RigReport::Kind::applied);
  EXPECT_EQ(reports[1].kind, RigReport::Kind::faded);
}

TEST(RigCancel, while_no_audio_runs_what_is_cancelled_is_not_carried_out) {
  Player player;
  const std::uint64_t queued = player.rig.bypass(BypassSwitch::on, player.now + 600).value();
  ASSERT_TRUE(player.rig.cancel(queued));
  player.rig.apply_idle();
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].kind, RigReport::Kind::cancelled);
  EXPECT_FALSE(reports[0].bypassed);
}

TEST(RigCancel, makes_room_for_another_command) {
  Player player;
  std::vector<std::uint64_t> ids;
  for (std::size_t i = 0; i < Rig::kMaxOpen; ++i)
    ids.push_back(player.rig.bypass(BypassSwitch::on, player.now + 100000).value());
  EXPECT_EQ(player.rig.bypass(BypassSwitch::on, player.now + 100000), std::nullopt);
  for (const std::uint64_t id : ids) ASSERT_TRUE(player.rig.cancel(id));
  player.play(tone(64));
  EXPECT_EQ(player.reports().size(), Rig::kMaxOpen);
  EXPECT_NE(player.rig.bypass(BypassSwitch::on, player.now + 100000), std::nullopt);
}

TEST(RigSilence, takes_the_place_of_a_model_without_letting_the_input_through) {
  Player player;
  player.swap(rig_model("a1_nano"), 0);
  player.play(tone(2048));
  RigChange change{.swap = RigChange::Swap{.model = nullptr, .fade_frames = 480, .silent = true}};
  ASSERT_TRUE(player.rig.change(change));
  player.play(tone(1024));
  EXPECT_EQ(player.play(tone(2048)), std::vector<float>(2048, 0.0F));
  player.rig.bypass(BypassSwitch::on);
  player.play(tone(1024));
  const std::vector<float> in = tone(1024);
  EXPECT_EQ(player.play(in), in) << "bypass was asked for";
}

TEST(RigSilence, ends_with_the_next_swap) {
  Player player;
  RigChange change{.swap = RigChange::Swap{.model = nullptr, .silent = true}};
  ASSERT_TRUE(player.rig.change(change));
  player.play(tone(1024));
  player.swap(nullptr, 480);
  player.play(tone(1024));
  const std::vector<float> in = tone(1024);
  EXPECT_EQ(player.play(in), in);
}

}  // namespace
}  // namespace namrack::engine
