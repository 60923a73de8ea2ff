// Commands that are ended before they begin, and silence in a model's place.

#include <gtest/gtest.h>

#include "tests/engine/rig_harness.h"

namespace namrack::engine {
namespace {

using testing::path_of;
using testing::Player;
using testing::tone;

TEST(RigCancel, ACommandThatWaitsForItsFrameNeverBeginsAndReturnsItsModel) {
  Player player;
  Change* const change = player.swap(path_of("a1_nano"), 0, player.now + 1000);
  player.play(tone(256));
  change->cancel();
  const std::vector<float> in = tone(4096);
  EXPECT_EQ(player.play(in), in) << "the dry signal goes on";
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].state, Change::State::cancelled);
  EXPECT_EQ(reports[0].change, change);
  EXPECT_NE(reports[0].change->incoming, nullptr);
}

TEST(RigCancel, OthersKeepTheirFramesAndTheirOrder) {
  Player player;
  player.set({{Setting::output_db, 6.0F}}, player.now + 500);
  Change* const change = player.bypass(BypassSwitch::on, player.now + 600);
  player.set({{Setting::output_db, 0.0F}}, player.now + 700);
  change->cancel();
  player.play(tone(2048));
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_EQ(reports[0].state, Change::State::cancelled);
  EXPECT_EQ(reports[1].frame, 1500U);
  EXPECT_EQ(reports[2].frame, 1700U);
  EXPECT_FALSE(reports[2].bypassed);
}

TEST(RigCancel, ACommandThatHasBegunIsReportedAsAppliedOnly) {
  Player player;
  Change* const change = player.swap(path_of("a1_nano"), 480);
  player.play(tone(64));
  change->cancel();
  player.play(tone(2048));
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_TRUE(reports[0].change->has_begun());
  EXPECT_TRUE(reports[1].has_ended);
}

TEST(RigCancel, ASwapThatWaitsForAFadeToEndNeverBegins) {
  Player player;
  player.swap(path_of("a1_nano"), 9600);
  player.play(tone(64));
  Change* const waiting = player.swap(path_of("a1_pico"), 0);
  player.play(tone(64));
  waiting->cancel();
  player.play(tone(9600));
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_EQ(reports[1].change, waiting);
  EXPECT_EQ(reports[1].state, Change::State::cancelled);
  EXPECT_NE(waiting->incoming, nullptr);
  EXPECT_TRUE(reports[2].has_ended) << "the fade of the first one";
}

TEST(RigCancel, WhileNoAudioRunsWhatIsCancelledIsNotCarriedOut) {
  Player player;
  Change* const queued = player.bypass(BypassSwitch::on, player.now + 600);
  queued->cancel();
  player.rig.apply_idle();
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].state, Change::State::cancelled);
  EXPECT_FALSE(reports[0].bypassed);
}

TEST(RigCancel, MakesRoomForAnotherCommand) {
  Player player;
  std::vector<Change*> all;
  for (std::size_t i = 0; i < Rig::kMaxOpen; ++i)
    all.push_back(player.bypass(BypassSwitch::on, player.now + 100000));
  EXPECT_EQ(player.bypass(BypassSwitch::on, player.now + 100000), nullptr);
  for (Change* const change : all) change->cancel();
  player.play(tone(64));
  EXPECT_EQ(player.reports().size(), Rig::kMaxOpen);
  EXPECT_NE(player.bypass(BypassSwitch::on, player.now + 100000), nullptr);
}

TEST(RigSilence, TakesThePlaceOfAModelWithoutLettingTheInputThrough) {
  Player player;
  player.swap(path_of("a1_nano"), 0);
  player.play(tone(2048));
  player.swap(silent_path(48000.0), 480);
  player.play(tone(1024));
  EXPECT_EQ(player.play(tone(2048)), std::vector<float>(2048, 0.0F));
  player.bypass(BypassSwitch::on);
  player.play(tone(1024));
  const std::vector<float> in = tone(1024);
  EXPECT_EQ(player.play(in), in) << "bypass was asked for";
}

TEST(RigSilence, EndsWithTheNextSwap) {
  Player player;
  player.swap(silent_path(48000.0), 0);
  player.play(tone(1024));
  player.swap(nullptr, 480);
  player.play(tone(1024));
  const std::vector<float> in = tone(1024);
  EXPECT_EQ(player.play(in), in);
}

}  // namespace
}  // namespace namrack::engine
