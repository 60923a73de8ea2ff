// Changes that wait for their time: they are listed, they end when somebody says so, and they are in nobody's
// way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "player/player.h"
#include "tests/common/model_path.h"
#include "tests/player/error_of.h"
#include "tests/player/player_rig.h"

namespace namrack::player {
namespace {

using protocol::ErrorCode;
using ::testing::ElementsAre;
using ::testing::SizeIs;

struct PendingRig : PlayerRig {
  PendingRig() {
    player.set_running(true);
    play(4800);
    run(player.loading().load({.name = "a", .path = test::model_path("a1_nano")}, 0));
  }
  template <typename Result>
  std::future<Result> begin(boost::asio::awaitable<Result> request) {
    std::future<Result> result = boost::asio::co_spawn(io, std::move(request), boost::asio::use_future);
    let_time_pass();
    return result;
  }
  void let_time_pass() {
    for (int i = 0; i < 40; ++i) {
      io.run_for(std::chrono::milliseconds(1));
      io.restart();
      play(kBlock);
    }
  }
  std::vector<Change*> waiting() { return player.changes().open().waiting(); }
  std::vector<std::uint64_t> cancel(std::uint64_t id) { return run(player.changes().cancel({.id = id})); }
  std::vector<std::uint64_t> cancel_all() { return run(player.changes().cancel({})); }
  template <typename Result>
  ErrorCode error(std::future<Result> result) {
    return error_of([&] { finish(std::move(result)); });
  }
};

// Within the time in which the rig has it already, and beyond it.
constexpr double kSoonMs = 3000.0, kLateMs = 3600e3;

TEST(PlayerPending, ChangesThatWaitAreListedWithTheirFrameAndWhoAsked) {
  PendingRig rig;
  auto soon = rig.begin(rig.player.changes().swap({.name = "a", .when = {.in_ms = kSoonMs}}, 5));
  auto late = rig.begin(
      rig.player.changes().set({.changes = {{Setting::input_db, 1.0}}, .when = {.in_ms = kLateMs}}, 6));
  const std::vector<Change*> changes = rig.waiting();
  ASSERT_THAT(changes, SizeIs(2));
  EXPECT_EQ(changes[0]->asked.what, "swap");
  EXPECT_EQ(changes[0]->origin, 5U);
  EXPECT_EQ(changes[1]->asked.what, "set");
  EXPECT_EQ(changes[1]->origin, 6U);
  EXPECT_NEAR(static_cast<double>(*changes[1]->due_frame - *changes[0]->due_frame),
              48.0 * (kLateMs - kSoonMs), 48e2);
  rig.cancel_all();
  EXPECT_EQ(rig.error(std::move(soon)), ErrorCode::cancelled);
  EXPECT_EQ(rig.error(std::move(late)), ErrorCode::cancelled);
}

TEST(PlayerPending, AChangeSaysWhereItIs) {
  PendingRig rig;
  auto soon = rig.begin(rig.player.changes().swap({.name = "a", .when = {.in_ms = kSoonMs}}, 0));
  auto late = rig.begin(
      rig.player.changes().set({.changes = {{Setting::input_db, 1.0}}, .when = {.in_ms = kLateMs}}, 0));
  const std::vector<Change*> changes = rig.waiting();
  ASSERT_THAT(changes, SizeIs(2));
  for (int i = 0; i < 1000 && changes[0]->state == Change::State::preparing; ++i) rig.let_time_pass();
  EXPECT_EQ(changes[0]->state, Change::State::submitted);
  EXPECT_EQ(changes[1]->state, Change::State::waiting);
  rig.cancel_all();
  EXPECT_EQ(rig.error(std::move(soon)), ErrorCode::cancelled);
  EXPECT_EQ(rig.error(std::move(late)), ErrorCode::cancelled);
}

TEST(PlayerPending, WhatIsCancelledNeverHappens) {
  PendingRig rig;
  auto swap = rig.begin(rig.player.changes().swap({.name = "a", .when = {.in_ms = 300.0}}, 0));
  const std::uint64_t id = rig.waiting().front()->id;
  EXPECT_THAT(rig.cancel(id), ElementsAre(id));
  EXPECT_EQ(rig.error(std::move(swap)), ErrorCode::cancelled);
  rig.play(48000);
  rig.let_time_pass();
  EXPECT_EQ(rig.player.state().current(), std::nullopt);
  EXPECT_THAT(rig.waiting(), SizeIs(0));
}

TEST(PlayerPending, OneOfSeveralIsEndedAndTheOthersHappen) {
  PendingRig rig;
  auto first = rig.begin(
      rig.player.changes().set({.changes = {{Setting::input_db, 1.0}}, .when = {.in_ms = 400.0}}, 0));
  auto second = rig.begin(
      rig.player.changes().set({.changes = {{Setting::input_db, 2.0}}, .when = {.in_ms = 500.0}}, 0));
  rig.cancel(rig.waiting().back()->id);
  EXPECT_EQ(rig.error(std::move(second)), ErrorCode::cancelled);
  EXPECT_EQ(rig.finish(std::move(first)).settings[Setting::input_db], 1.0);
}

TEST(PlayerPending, AnIdThatDoesNotWaitIsNotFound) {
  PendingRig rig;
  EXPECT_EQ(error_of([&] { rig.cancel(1000); }), ErrorCode::not_found);
  EXPECT_TRUE(rig.cancel_all().empty());
}

TEST(PlayerPending, AModelThatASwapWaitsForCanBeReplacedAndTheNewOneIsSwappedTo) {
  for (const double in_ms : {kSoonMs, kLateMs}) {
    PendingRig rig;
    auto swap = rig.begin(rig.player.changes().swap({.name = "a", .when = {.in_ms = in_ms}}, 0));
    rig.run(
        rig.player.loading().load({.name = "a", .path = test::model_path("a1_feather"), .replace = true}, 0));
    EXPECT_EQ(rig.player.library().bank().find("a")->path, test::model_path("a1_feather"));
    rig.let_time_pass();
    ASSERT_THAT(rig.waiting(), SizeIs(1)) << "it waits on";
    if (in_ms == kLateMs) {
      rig.cancel_all();
      EXPECT_EQ(rig.error(std::move(swap)), ErrorCode::cancelled);
      continue;
    }
    const std::uint64_t at = *rig.waiting().front()->due_frame;
    const SwapResult result = rig.finish(std::move(swap));
    EXPECT_EQ(result.frame, at);
    EXPECT_EQ(result.predicted_load, rig.player.library().bank().find("a")->predicted_load);
    EXPECT_EQ(rig.player.library().bank().find("a")->spare, nullptr) << "the new model's instance plays";
  }
}

TEST(PlayerPending, WhatASwapWaitsForCanBeUnloadedWhenTheSwapIsCancelled) {
  PendingRig rig;
  auto swap = rig.begin(rig.player.changes().swap({.name = "a", .when = {.in_ms = kLateMs}}, 0));
  EXPECT_EQ(error_of([&] { rig.player.loading().unload({.name = "a"}, 0); }), ErrorCode::busy);
  rig.cancel_all();
  EXPECT_EQ(rig.error(std::move(swap)), ErrorCode::cancelled);
  EXPECT_NO_THROW(rig.player.loading().unload({.name = "a"}, 0));
}

TEST(PlayerPending, HaveABoundOfTheirOwnAndRoomAgainWhenSomeEnd) {
  PendingRig rig;
  std::vector<std::future<SoundResult>> sets;
  for (std::size_t i = 0; i < OpenChanges::kMaxWaiting; ++i)
    sets.push_back(boost::asio::co_spawn(
        rig.io,
        rig.player.changes().set({.changes = {{Setting::input_db, 1.0}}, .when = {.in_ms = kLateMs}}, 0),
        boost::asio::use_future));
  rig.let_time_pass();
  const auto one_more = [&] {
    rig.run(rig.player.changes().set({.changes = {{Setting::input_db, 2.0}}, .when = {.in_ms = 1.0}}, 0));
  };
  EXPECT_EQ(error_of(one_more), ErrorCode::limit);
  EXPECT_NO_THROW(rig.run(rig.player.changes().set({.changes = {{Setting::input_db, 3.0}}}, 0)))
      << "what is for now has room";
  EXPECT_THAT(rig.cancel_all(), SizeIs(OpenChanges::kMaxWaiting));
  for (auto& set : sets) EXPECT_EQ(rig.error(std::move(set)), ErrorCode::cancelled);
  EXPECT_NO_THROW(one_more());
}

}  // namespace
}  // namespace namrack::player
