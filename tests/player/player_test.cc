#include "player/player.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <map>
#include <string_view>
#include <vector>

#include "protocol/setting_table.h"
#include "tests/common/model_path.h"
#include "tests/common/temporary_folder.h"
#include "tests/player/player_rig.h"

namespace namrack::player {
namespace {

// Frames of the mute at 48 kHz.
constexpr auto kFade = static_cast<std::size_t>(double{engine::LiveOutput::kMuteSeconds} * 48000.0);
constexpr float kStep = 1.0F / static_cast<float>(kFade);

void expect_fade_in(const std::vector<float>& heard) {
  ASSERT_GT(heard.size(), kFade);
  float before = 0.0F;
  for (std::size_t i = 0; i < kFade; ++i) {
    ASSERT_NEAR(heard[i] - before, kStep, 0.01F * kStep) << "frame " << i;
    before = heard[i];
  }
  EXPECT_EQ(heard[kFade], 1.0F);
}

TEST(Player, EveryConnectionFadesIn) {
  PlayerRig rig;
  for (int connection = 0; connection < 3; ++connection) {
    rig.player.set_running(true);
    expect_fade_in(rig.play(2 * kFade));
    rig.player.set_running(false);
  }
}

TEST(Player, AConnectionThatIsLostInTheMiddleOfAFadeLeavesTheNextOneMuted) {
  PlayerRig rig;
  rig.player.set_running(true);
  rig.play(kFade / 2);
  rig.player.set_running(false);
  rig.player.set_running(true);
  expect_fade_in(rig.play(2 * kFade));
  // The same for the fade at the end, which the application asks for before it closes the connection.
  rig.audio.rig.mute(true);
  const std::vector<float> heard = rig.play(kFade / 2);
  EXPECT_TRUE(std::is_sorted(heard.rbegin(), heard.rend())) << "it does not fade out";
  EXPECT_NEAR(heard.back(), 0.5F, kStep);
  rig.player.set_running(false);
  rig.player.set_running(true);
  expect_fade_in(rig.play(2 * kFade));
}

TEST(Player, EverySettingReachesTheRig) {
  PlayerRig rig;
  SettingChanges changes;
  for (std::size_t i = 0; i < kSettings.size(); ++i)
    changes.set(i,
                kSettings[i].value == kSettings[i].least() ? kSettings[i].greatest() : kSettings[i].least());
  rig.run(rig.player.changes().set({.changes = changes}, 0));
  EXPECT_EQ(rig.audio.rig.settings(), changes.applied_to(Settings()));
  EXPECT_EQ(rig.player.state().settings(), changes.applied_to(Settings()));
}

TEST(Player, AConnectionEndsInSilenceAndWithoutAStep) {
  PlayerRig rig;
  rig.player.set_running(true);
  rig.play(2 * kFade);
  rig.audio.rig.mute(true);
  const std::vector<float> heard = rig.play(2 * kFade);
  EXPECT_NEAR(heard.front(), 1.0F, 1.01F * kStep);
  EXPECT_TRUE(std::is_sorted(heard.rbegin(), heard.rend()));
  EXPECT_EQ(heard[kFade], 0.0F);
  EXPECT_TRUE(rig.audio.rig.is_silent());
}

protocol::LoadRequest load_request(const std::string& name, const std::string& model) {
  return {.name = name, .path = test::model_path(model)};
}

/// Model "a" is in the bank, and the audio thread has played the dry signal for a while.
void load_and_play(PlayerRig& rig) {
  rig.run(rig.player.loading().load(load_request("a", "a1_nano"), 0));
  rig.player.set_running(true);
  rig.play(4800);
}

TEST(Player, QualityOfTheAudibleModelChangesInASwap) {
  PlayerRig rig;
  rig.player.set_running(true);
  EXPECT_FALSE(rig.run(rig.player.loading().load(load_request("a", "a2_container"), 0)).swap);
  rig.run(rig.player.changes().swap({.name = "a"}, 0));
  const auto full = rig.player.library().bank().find("a")->model;
  const LoadResult smaller =
      rig.run(rig.player.loading().set_quality({.name = "a", .quality = 0.2, .fade_ms = 10.0}, 0));
  ASSERT_TRUE(smaller.swap);
  EXPECT_TRUE(smaller.swap->frame);
  EXPECT_EQ(smaller.swap->fade_frames, 480U);
  EXPECT_EQ(smaller.rev, rig.player.state().rev());
  const BankEntry& entry = *rig.player.library().bank().find("a");
  EXPECT_EQ(entry.quality, 0.2);
  EXPECT_LT(entry.model->info().macs_per_sample, full->info().macs_per_sample / 2);
  EXPECT_EQ(rig.player.saved_state().bank.front().quality, 0.2);
}

TEST(Player, QualityOfAModelThatWaitsChangesWithoutASwap) {
  PlayerRig rig;
  rig.run(rig.player.loading().load(load_request("a", "a2_container"), 0));
  const std::uint64_t rev = rig.run(rig.player.loading().set_quality({.name = "a", .quality = 1.0}, 0)).rev;
  EXPECT_EQ(rev, rig.player.state().rev());
  const auto full = rig.player.library().bank().find("a")->model;
  EXPECT_FALSE(rig.run(rig.player.loading().set_quality({.name = "a", .quality = 0.2}, 0)).swap);
  EXPECT_NE(rig.player.library().bank().find("a")->model, full);
  EXPECT_GT(rig.player.state().rev(), rev);
}

TEST(Player, QualityOfAFileThatIsGoneStaysAsItWas) {
  PlayerRig rig;
  const test::TemporaryFolder folder;
  const std::string path = folder.write("m.nam", test::read_file(test::model_path("a2_container")));
  rig.run(rig.player.loading().load({.name = "a", .path = path}, 0));
  const auto model = rig.player.library().bank().find("a")->model;
  std::filesystem::remove(path);
  EXPECT_THROW(rig.run(rig.player.loading().set_quality({.name = "a", .quality = 0.2}, 0)), std::exception);
  EXPECT_EQ(rig.player.library().bank().find("a")->model, model);
  EXPECT_EQ(rig.player.library().bank().find("a")->quality, 1.0);
}

TEST(Player, AModelHearsWhatCameBeforeItIsSwappedIn) {
  PlayerRig rig;
  rig.run(rig.player.loading().load(load_request("a", "a1_nano"), 0));
  rig.player.set_running(true);
  rig.play(60000);
  const SwapResult result = rig.run(rig.player.changes().swap({.name = "a"}, 0));
  const std::size_t memory = rig.player.library().bank().find("a")->model->info().receptive_field;
  EXPECT_GT(result.heard_frames, memory);  // for the DC blocker
  EXPECT_EQ(result.skipped_frames, 0U);
  EXPECT_GT(result.prepare_ms, 0.0);
  EXPECT_FALSE(result.requested_frame);
  protocol::SetRequest raw;
  raw.changes = {{Setting::level_mode, LevelMode::raw}};
  rig.run(rig.player.changes().set(raw, 0));
  rig.run(rig.player.changes().swap({}, 0));
  rig.play(4800);
  EXPECT_EQ(rig.run(rig.player.changes().swap({.name = "a"}, 0)).heard_frames, memory);
}

TEST(Player, ASwapDoesNotWaitForModelsThatAreBeingBuilt) {
  PlayerRig rig;
  load_and_play(rig);
  std::promise<void> free;
  rig.builder.post([&] { free.get_future().wait(); });
  EXPECT_EQ(rig.run(rig.player.changes().swap({.name = "a"}, 0)).name, "a");
  EXPECT_FALSE(rig.run(rig.player.changes().swap({}, 0)).name);
  // Its instance still waits for the builder to be reset; another one is made.
  EXPECT_EQ(rig.run(rig.player.changes().swap({.name = "a"}, 0)).name, "a");
  free.set_value();
}

TEST(Player, ASwapThatIsFarAheadWaitsAndKeepsItsModel) {
  PlayerRig rig;
  rig.run(rig.player.loading().load(load_request("a", "a1_nano"), 0));
  rig.player.set_running(true);
  rig.play(64);
  const std::uint64_t due = rig.frame + 16 * 48000;
  auto result =
      boost::asio::co_spawn(rig.io, rig.player.changes().swap({.name = "a", .when = {.at_frame = due}}, 0),
                            boost::asio::use_future);
  rig.io.run_for(std::chrono::milliseconds(20));
  EXPECT_NE(rig.player.library().bank().find("a")->spare, nullptr) << "it was taken though there is time";
  EXPECT_THROW(rig.player.loading().unload({.name = "a"}, 0), protocol::ProtocolError);
  rig.play(std::size_t{15} * 48000);
  rig.io.restart();
  while (rig.player.library().bank().find("a")->spare) rig.io.run_one();
  rig.io.restart();
  EXPECT_EQ(rig.finish(std::move(result)).frame, due);
}

TEST(Player, ASwapThatIsReadyLateDoesNotUndoANewerOne) {
  PlayerRig rig;
  load_and_play(rig);
  std::promise<void> free;
  rig.listener.post([&] { free.get_future().wait(); });
  auto late =
      boost::asio::co_spawn(rig.io, rig.player.changes().swap({.name = "a"}, 0), boost::asio::use_future);
  rig.io.run_for(std::chrono::milliseconds(1));
  rig.io.restart();
  const SwapResult newer = rig.run(rig.player.changes().swap({}, 0));
  EXPECT_FALSE(newer.name);
  free.set_value();
  try {
    rig.finish(std::move(late));
    ADD_FAILURE() << "not superseded";
  } catch (const protocol::ProtocolError& error) {
    EXPECT_EQ(error.code(), protocol::ErrorCode::superseded);
  }
  EXPECT_FALSE(rig.player.state().current());
}

}  // namespace
}  // namespace namrack::player
