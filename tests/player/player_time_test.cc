// When changes happen, and what is reported of them.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>

#include "player/player.h"
#include "tests/common/model_path.h"
#include "tests/player/player_rig.h"

namespace namrack::player {
namespace {

struct TimeRig : PlayerRig {
  TimeRig() {
    player.set_running(true);
    play(4800);
  }
  /// Plays one block while the transport is `beat` quarter notes after its beginning, 4 a bar.
  void play_at_beat(double beat, double beats_per_minute = 120.0) {
    const std::vector<float> in(kBlock, 1.0F);
    std::vector<float> out(kBlock);
    const engine::TransportPosition position{
        .beat = beat, .beats_per_bar = 4.0, .beats_per_minute = beats_per_minute};
    audio.process({in.data(), kBlock}, {out.data(), kBlock}, frame, {.position = &position});
    frame += kBlock;
  }
  protocol::ErrorCode error_of(const protocol::When& when) {
    try {
      run(player.changes().bypass({.to = protocol::Switch::on, .when = when}, 0));
    } catch (const protocol::ProtocolError& error) {
      return error.code();
    }
    return protocol::ErrorCode::internal;
  }
};

TEST(PlayerTime, SettingsAndBypassKeepTheFrameThatWasAskedFor) {
  TimeRig rig;
  const std::uint64_t at = rig.frame + 777;
  EXPECT_EQ(
      rig.run(rig.player.changes().set({.changes = {{Setting::input_db, 3.0}}, .when = {.at_frame = at}}, 0))
          .frame,
      at);
  EXPECT_EQ(
      rig.run(rig.player.changes().bypass({.to = protocol::Switch::on, .when = {.at_frame = at + 5000}}, 0))
          .frame,
      at + 5000);
}

TEST(PlayerTime, ASettingThatWaitsForItsFrameLeavesTheOthersAsTheyAreThen) {
  TimeRig rig;
  auto later = boost::asio::co_spawn(
      rig.io,
      rig.player.changes().set(
          {.changes = {{Setting::input_db, 3.0}}, .when = {.at_frame = rig.frame + 20000}}, 0),
      boost::asio::use_future);
  rig.run(rig.player.changes().set({.changes = {{Setting::output_db, -3.0}}}, 0));
  EXPECT_EQ(rig.player.state().settings()[Setting::input_db], 0.0);
  const SoundResult result = rig.finish(std::move(later));
  EXPECT_EQ(result.settings[Setting::input_db], 3.0);
  EXPECT_EQ(result.settings[Setting::output_db], -3.0);
  rig.play(4800);
  EXPECT_NEAR(rig.play(64).back(), 1.0F, 1e-5F) << "3 dB up and 3 dB down";
}

TEST(PlayerTime, InMillisecondsCountsFromTheNextBlocksOn) {
  TimeRig rig;
  const std::uint64_t first = rig.frame;
  const SoundResult result =
      rig.run(rig.player.changes().bypass({.to = protocol::Switch::on, .when = {.in_ms = 50.0}}, 0));
  EXPECT_GE(*result.frame, first + 2400);
  EXPECT_LE(*result.frame, first + 2400 + 20 * PlayerRig::kBlock);
}

TEST(PlayerTime, BarsAndBeatsBecomeFrames) {
  TimeRig rig;
  rig.play_at_beat(5.0);  // bar 2, beat 2
  const std::uint64_t there = rig.frame - PlayerRig::kBlock;
  // Bar 3, beat 2 is four beats of half a second later. The transport does not move in the rig.
  auto bar = boost::asio::co_spawn(
      rig.io,
      rig.player.changes().bypass({.to = protocol::Switch::on, .when = {.at_bar = 3, .at_beat = 2.0}}, 0),
      boost::asio::use_future);
  auto beat = boost::asio::co_spawn(
      rig.io, rig.player.changes().set({.changes = {{Setting::input_db, 1.0}}, .when = {.at_beat = 2.5}}, 0),
      boost::asio::use_future);
  rig.io.run_for(std::chrono::milliseconds(20));
  rig.io.restart();
  EXPECT_EQ(rig.finish(std::move(beat)).frame, there + 12000) << "the next beat 2.5 is half a beat later";
  EXPECT_EQ(rig.finish(std::move(bar)).frame, there + 96000);
}

TEST(PlayerTime, TheNextBeatOfANumberMayBeInTheNextBar) {
  TimeRig rig;
  rig.play_at_beat(5.0);
  const std::uint64_t there = rig.frame - PlayerRig::kBlock;
  auto beat = boost::asio::co_spawn(
      rig.io, rig.player.changes().bypass({.to = protocol::Switch::on, .when = {.at_beat = 1.0}}, 0),
      boost::asio::use_future);
  rig.io.run_for(std::chrono::milliseconds(20));
  rig.io.restart();
  EXPECT_EQ(rig.finish(std::move(beat)).frame, there + 72000);
}

TEST(PlayerTime, ABeatThatIsTooNearIsTheOneInTheNextBar) {
  TimeRig rig;
  rig.play_at_beat(4.98, 240.0);  // 5 ms before beat 2
  const std::uint64_t there = rig.frame - PlayerRig::kBlock;
  auto beat = boost::asio::co_spawn(
      rig.io, rig.player.changes().bypass({.to = protocol::Switch::on, .when = {.at_beat = 2.0}}, 0),
      boost::asio::use_future);
  rig.io.run_for(std::chrono::milliseconds(20));
  rig.io.restart();
  EXPECT_EQ(rig.finish(std::move(beat)).frame, there + 48240);
}

TEST(PlayerTime, TimesThatDoNotExistAreRefused) {
  TimeRig rig;
  EXPECT_EQ(rig.error_of({.at_bar = 5}), protocol::ErrorCode::jack_down) << "the transport stands still";
  rig.play_at_beat(8.0);
  EXPECT_EQ(rig.error_of({.at_bar = 2}), protocol::ErrorCode::too_late);
  rig.play_at_beat(8.0);
  EXPECT_EQ(rig.error_of({.at_beat = 5.0}), protocol::ErrorCode::params) << "a bar has four";
  EXPECT_EQ(rig.error_of({.at_frame = 1}), protocol::ErrorCode::too_late);
  EXPECT_EQ(rig.error_of({.at_frame = 99999999999}), protocol::ErrorCode::params) << "more than a day ahead";
  rig.player.set_running(false);
  EXPECT_EQ(rig.error_of({.at_bar = 50}), protocol::ErrorCode::jack_down);
  EXPECT_FALSE(rig.player.state().is_bypassed());
  EXPECT_EQ(rig.error_of({.at_frame = 1}), protocol::ErrorCode::internal) << "stored, as all without audio";
}

TEST(PlayerTime, ASwapReportsLevelsMatchAndLoad) {
  TimeRig rig;
  rig.run(rig.player.loading().load({.name = "a", .path = test::model_path("a1_nano")}, 0));
  rig.run(rig.player.loading().load({.name = "b", .path = test::model_path("a1_feather")}, 0));
  rig.is_tone = true;
  rig.play(9600);
  rig.run(rig.player.changes().swap({.name = "a"}, 0));
  rig.play(9600);
  const SwapResult result = rig.run(rig.player.changes().swap({.name = "b"}, 0));
  rig.play(9600);
  const SwapResult back = rig.run(rig.player.changes().swap({.name = "a"}, 0));
  EXPECT_GT(result.level_before, 0.0F);
  EXPECT_NEAR(result.level_after / back.level_before, 1.0F, 0.15F) << "what was foretold came";
  const std::optional<float> loudness = rig.player.library().bank().find("b")->measured_loudness_db;
  ASSERT_TRUE(loudness);
  const double wanted = double{engine::kTargetLoudnessDb - *loudness};
  EXPECT_NEAR(result.match_db, std::clamp(wanted, -40.0, 40.0), 1e-4);
  EXPECT_GT(result.measured_load.value_or(0.0), 0.0);
  EXPECT_GT(result.load_ms.value_or(0.0), 0.0);
  const boost::json::object report = swap_report(result);
  EXPECT_NEAR(report.at("level_before_db").as_double(), 20.0 * std::log10(double{result.level_before}), 1e-9);
}

TEST(PlayerTime, OfTwoThatExpectTheSameRevisionOneIsRefused) {
  TimeRig rig;
  const std::uint64_t rev = rig.player.state().rev();
  const auto set = [&](double input_db) {
    return boost::asio::co_spawn(
        rig.io, rig.player.changes().set({.changes = {{Setting::input_db, input_db}}, .if_rev = rev}, 0),
        boost::asio::use_future);
  };
  auto first = set(1.0);
  auto second = set(2.0);
  EXPECT_EQ(rig.finish(std::move(first)).settings[Setting::input_db], 1.0);
  try {
    rig.finish(std::move(second));
    ADD_FAILURE() << "an update was lost";
  } catch (const protocol::ProtocolError& error) {
    EXPECT_EQ(error.code(), protocol::ErrorCode::conflict);
  }
}

TEST(PlayerTime, TheEndOfAFadeIsAnEventThatTellsWhatItTook) {
  TimeRig rig;
  Subscriber subscriber(1, [] {});
  rig.events.add(subscriber);
  subscriber.subscribe({protocol::Topic::faded}, {});
  rig.run(rig.player.loading().load({.name = "a", .path = test::model_path("a1_nano")}, 0));
  const SwapResult result = rig.run(rig.player.changes().swap({.name = "a", .fade_ms = 50.0}, 0));
  ++rig.audio.xruns;
  EXPECT_TRUE(subscriber.outbox().is_empty());
  rig.play(4800);
  for (int i = 0; i < 12000 && subscriber.outbox().is_empty(); ++i) {
    rig.io.run_for(std::chrono::milliseconds(5));
    rig.io.restart();
  }
  const auto event = boost::json::parse(subscriber.outbox().take(0)).at("params").as_object();
  EXPECT_EQ(event.at("frame").to_number<std::uint64_t>(), *result.frame + 2400);
  EXPECT_EQ(event.at("data").at("name"), "a");
  EXPECT_EQ(event.at("data").at("xruns").to_number<int>(), 1);
  EXPECT_GT(event.at("data").at("load_max").as_double(), 0.0);
  rig.events.remove(subscriber);
}

TEST(PlayerTime, WhatAModelTakesIsMeasuredOnceForEachFileAndBlock) {
  PlayerRig rig;
  const auto load = [&](const std::string& name) {
    rig.run(rig.player.loading().load({.name = name, .path = test::model_path("a1_nano")}, 0));
    return rig.player.library().bank().find(name)->predicted_load;
  };
  const std::optional<double> first = load("a");
  rig.player.loading().unload({.name = "a"}, 0);
  EXPECT_EQ(load("a"), first) << "another measurement would differ in its last digits";
}

}  // namespace
}  // namespace namrack::player
