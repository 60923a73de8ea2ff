// What a model hears before it joins, and how long anybody waits for that.

#include <gtest/gtest.h>

#include <future>
#include <memory>

#include "engine/audio/paths.h"
#include "tests/common/model_path.h"
#include "tests/player/player_rig.h"

namespace namrack::player {
namespace {

using protocol::ErrorCode;
using protocol::ProtocolError;

void load(PlayerRig& rig, const std::string& name, const std::string& model) {
  protocol::LoadRequest request{.name = name, .path = test::model_path(model)};
  request.if_over = protocol::IfOver::force;
  rig.run(rig.player.loading().load(std::move(request), 0));
}

std::future<SwapResult> begin_swap(PlayerRig& rig, const std::string& name) {
  return boost::asio::co_spawn(rig.io, rig.player.changes().swap({.name = name}, 0), boost::asio::use_future);
}

/// As PlayerRig::finish(), but not for ever.
bool is_answered(PlayerRig& rig, const std::future<SwapResult>& result) {
  for (int i = 0; i < 2000; ++i) {
    if (result.wait_for(std::chrono::seconds(0)) == std::future_status::ready) return true;
    rig.io.run_for(std::chrono::milliseconds(1));
    rig.io.restart();
    rig.play(PlayerRig::kBlock);
  }
  return false;
}

std::unique_ptr<engine::Path> path_of(const std::string& model) {
  return engine::model_path(engine::make_model_stage(*engine::Model::load(test::model_path(model)), 48000.0),
                            {});
}

TEST(Listening, EndsWhenItsTimeIsOverHoweverMuchIsLeft) {
  PlayerRig rig;
  rig.play(60000);
  const auto path = path_of("lstm_1x8");
  const engine::RecentInput& input = rig.audio.rig.recent_input();
  EXPECT_LT(let_listen(*path, input, {.frames = 20000, .seconds = 1e-9}), 20000U);
  EXPECT_GT(path->lag(input), 0U);
  EXPECT_GE(let_listen(*path, input, {.frames = 20000, .seconds = 60.0}), 20000U - 64U);
  EXPECT_LE(path->lag(input), 64U);
}

TEST(Listening, AModelThatCanNeverCatchUpJoinsWithoutItsPastAndSaysSo) {
  PlayerRig rig({.cpu = 1000.0, .measure = PlayerRig::takes(6.0)});
  load(rig, "a", "a1_nano");
  rig.player.set_running(true);
  rig.play(60000);
  const SwapResult result = rig.run(rig.player.changes().swap({.name = "a"}, 0));
  EXPECT_TRUE(result.applied());
  EXPECT_EQ(result.heard_frames, 0U);
  EXPECT_GE(result.skipped_frames, rig.player.library().bank().find("a")->model->info().receptive_field);
  EXPECT_EQ(swap_report(result).at("skipped_frames").to_number<std::uint32_t>(), result.skipped_frames);
}

TEST(Listening, OneThatIsNearlyTooSlowHearsAsMuchAsThereIsTimeFor) {
  const auto heard_at = [](double load_fraction) {
    PlayerRig rig({.cpu = 1000.0, .measure = PlayerRig::takes(load_fraction)});
    load(rig, "a", "lstm_1x8");
    rig.player.set_running(true);
    rig.play(60000);
    return rig.run(rig.player.changes().swap({.name = "a"}, 0)).heard_frames;
  };
  EXPECT_GT(heard_at(0.5), 23000U) << "half a second of past";
  const std::size_t heard = heard_at(0.9);
  EXPECT_GT(heard, 0U);
  EXPECT_LE(heard, 2667U) << "a ninth of half a second: meanwhile more comes";
}

// On the audio thread it would take one and a half times what it takes anyway, beside what plays.
TEST(Listening, WhatIsOverTheBudgetIsNotCaughtUpOnTheAudioThread) {
  const auto result_with = [](double load_fraction) {
    PlayerRig rig({.cpu = 0.8, .measure = PlayerRig::takes(load_fraction)});
    load(rig, "a", "a1_nano");
    rig.player.set_running(true);
    rig.play(60000);
    return rig.run(rig.player.changes().swap({.name = "a"}, 0));
  };
  EXPECT_TRUE(result_with(0.1).catches_up);
  EXPECT_EQ(result_with(0.1).skipped_frames, 0U);
  EXPECT_FALSE(result_with(0.9).catches_up);
}

TEST(Listening, WithoutDeadlinesEverythingIsHeardWhateverItTakes) {
  PlayerRig rig({.cpu = 1000.0, .measure = PlayerRig::takes(6.0)});
  load(rig, "a", "a1_nano");
  rig.player.set_running(true);
  rig.audio.freewheeling = true;
  rig.play(60000);
  const SwapResult result = rig.run(rig.player.changes().swap({.name = "a"}, 0));
  EXPECT_EQ(result.skipped_frames, 0U);
  EXPECT_GT(result.heard_frames, 4000U);
}

TEST(Listening, NoSwapWaitsForWhatAnotherOneHearsAndNothingIsLeftInUse) {
  PlayerRig rig;
  load(rig, "slow", "a1_nano");
  load(rig, "fast", "a1_pico");
  rig.player.set_running(true);
  rig.play(60000);
  // The only listener never gets to the end of what it does.
  std::promise<void> stuck;
  rig.listener.post([&] { stuck.get_future().wait(); });
  auto slow = begin_swap(rig, "slow");
  rig.io.run_for(std::chrono::milliseconds(10));
  rig.io.restart();
  auto fast = begin_swap(rig, "fast");
  const bool answered = is_answered(rig, fast);
  stuck.set_value();
  ASSERT_TRUE(answered) << "it waits for another one's model";
  const SwapResult result = fast.get();
  EXPECT_EQ(result.name, "fast");
  EXPECT_EQ(result.heard_frames, 0U);
  EXPECT_GT(result.skipped_frames, 0U);
  try {
    rig.finish(std::move(slow));
    ADD_FAILURE() << "the older one undid the newer one";
  } catch (const ProtocolError& error) {
    EXPECT_EQ(error.code(), ErrorCode::superseded);
  }
  EXPECT_NO_THROW(rig.player.loading().unload({.name = "slow"}, 0));
  // And a later one has its listener again.
  load(rig, "slow", "a1_nano");
  EXPECT_GT(rig.run(rig.player.changes().swap({.name = "slow"}, 0)).heard_frames, 0U);
}

}  // namespace
}  // namespace namrack::player
