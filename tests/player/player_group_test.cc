#include <gtest/gtest.h>

#include "player/player.h"
#include "tests/common/model_path.h"
#include "tests/player/player_rig.h"

namespace namrack::player {
namespace {

using protocol::TxOperation;

protocol::LoadRequest load(const std::string& name, const std::string& model, bool replace = false) {
  return {.name = name, .path = test::model_path(model), .replace = replace};
}

/// The index and the code of the operation at which it failed.
std::string fault_of(PlayerRig& rig, std::vector<TxOperation> operations) {
  try {
    rig.run(rig.player.loading().tx({.operations = std::move(operations)}, 0));
  } catch (const protocol::ProtocolError& error) {
    EXPECT_EQ(error.code(), protocol::ErrorCode::tx);
    return std::to_string(error.data().at("index").to_number<int>()) + " " +
           std::string(error.data().at("error").at("data").at("code").as_string());
  }
  return "none";
}

TEST(PlayerGroup, DoesAllOfItAtOneFrame) {
  PlayerRig rig;
  rig.player.set_running(true);
  rig.run(rig.player.loading().load(load("old", "a1_pico"), 0));
  rig.run(rig.player.changes().swap({.name = "old"}, 0));
  rig.play(4800);
  const std::uint64_t at = rig.frame + 48000;
  const TxResult result = rig.run(rig.player.loading().tx(
      {.operations = {load("new", "a1_nano"), protocol::SwapRequest{.name = "new"},
                      protocol::SetRequest{.changes = {{Setting::input_db, 4.0}}},
                      protocol::SetRequest{.changes = {{Setting::output_db, 2.0}}}, protocol::BypassRequest{},
                      protocol::BypassRequest{}, protocol::UnloadRequest{.name = "old"}},
       .when = {.at_frame = at}},
      0));
  EXPECT_EQ(result.loaded, std::vector<std::string>{"new"});
  EXPECT_EQ(result.sound.frame, at);
  EXPECT_EQ(result.sound.swap->previous, "old");
  EXPECT_EQ(result.sound.settings[Setting::input_db], 4.0);
  EXPECT_EQ(result.sound.settings[Setting::output_db], 2.0);
  EXPECT_FALSE(result.sound.bypass) << "twice toggled";
  EXPECT_EQ(rig.player.state().current(), "new");
  EXPECT_EQ(rig.player.library().bank().find("old"), nullptr);
}

TEST(PlayerGroup, WhatFailsChangesNothing) {
  PlayerRig rig;
  rig.player.set_running(true);
  rig.run(rig.player.loading().load(load("a", "a1_pico"), 0));
  rig.run(rig.player.changes().swap({.name = "a"}, 0));
  const std::uint64_t rev = rig.player.state().rev();
  const protocol::SetRequest set{.changes = {{Setting::input_db, 4.0}}};
  EXPECT_EQ(fault_of(rig, {load("b", "a1_nano"), set, protocol::SwapRequest{.name = "c"}}), "2 E_NOT_FOUND");
  EXPECT_EQ(fault_of(rig, {set, load("b", "a1_nano"), load("d", "no such model")}), "2 E_NOT_FOUND");
  EXPECT_EQ(fault_of(rig, {set, load("a", "a1_nano")}), "1 E_BUSY");
  EXPECT_EQ(fault_of(rig, {load("b", "a1_nano"), load("b", "a1_nano", true)}), "1 E_BUSY");
  EXPECT_EQ(fault_of(rig, {set, protocol::UnloadRequest{.name = "a"}}), "1 E_BUSY");
  EXPECT_EQ(fault_of(rig, {protocol::UnloadRequest{.name = "b"}}), "0 E_NOT_FOUND");
  EXPECT_EQ(fault_of(rig, {protocol::SwapRequest{}, protocol::UnloadRequest{.name = "a"},
                           protocol::SwapRequest{.name = "a"}}),
            "2 E_NOT_FOUND");
  EXPECT_EQ(rig.player.state().rev(), rev);
  EXPECT_EQ(rig.player.state().settings()[Setting::input_db], 0.0);
  EXPECT_EQ(rig.player.library().bank().entries().size(), 1U);
  EXPECT_FALSE(rig.player.library().bank().is_reserved("b")) << "its name is free again";
  EXPECT_EQ(fault_of(rig, {load("b", "a1_nano")}), "none");
}

TEST(PlayerGroup, WhileItWaitsNobodyElseUsesWhatItWillTakeAway) {
  PlayerRig rig;
  rig.player.set_running(true);
  rig.run(rig.player.loading().load(load("a", "a1_pico"), 0));
  rig.run(rig.player.loading().load(load("x", "a1_pico"), 0));
  rig.play(6400);
  auto waiting = boost::asio::co_spawn(
      rig.io,
      rig.player.loading().tx(
          {.operations = {load("x", "a1_nano", true), protocol::UnloadRequest{.name = "a"},
                          protocol::SetRequest{.changes = {{Setting::input_db, 3.0}}}},
           .when = {.at_frame = rig.frame + 96000}},
          0),
      boost::asio::use_future);
  while (rig.player.changes().open().size() == 0) {  // until its models are loaded
    rig.io.run_for(std::chrono::milliseconds(5));
    rig.io.restart();
  }
  const auto refused = [&](auto action) {
    try {
      action();
    } catch (const protocol::ProtocolError& error) {
      return error.code() == protocol::ErrorCode::busy;
    }
    return false;
  };
  EXPECT_TRUE(refused([&] { rig.run(rig.player.changes().swap({.name = "a"}, 0)); }));
  EXPECT_TRUE(refused([&] { rig.run(rig.player.changes().swap({.name = "x"}, 0)); }));
  EXPECT_TRUE(refused([&] { rig.player.loading().unload({.name = "a"}, 0); }));
  EXPECT_TRUE(refused([&] { rig.run(rig.player.loading().load(load("a", "a1_nano", true), 0)); }));
  EXPECT_EQ(fault_of(rig, {protocol::SwapRequest{.name = "a"}}), "0 E_BUSY");
  rig.finish(std::move(waiting));
  EXPECT_EQ(rig.player.library().bank().find("a"), nullptr);
  EXPECT_EQ(rig.player.library().bank().find("x")->path, test::model_path("a1_nano"));
  EXPECT_EQ(rig.run(rig.player.changes().swap({.name = "x"}, 0)).name, "x") << "the names are free again";
}

TEST(PlayerGroup, ItsPlaceAmongTheOthersIsThatOfItsRequest) {
  PlayerRig rig;
  rig.player.set_running(true);
  rig.run(rig.player.loading().load(load("a", "a1_pico"), 0));
  rig.play(6400);
  std::promise<void> free;
  rig.readers.post([&] { free.get_future().wait(); });
  auto older = boost::asio::co_spawn(
      rig.io,
      rig.player.loading().tx({.operations = {load("b", "a1_nano"), protocol::SwapRequest{.name = "b"}}}, 0),
      boost::asio::use_future);
  rig.io.run_for(std::chrono::milliseconds(2));
  rig.io.restart();
  EXPECT_EQ(rig.run(rig.player.changes().swap({.name = "a"}, 0)).name, "a");
  free.set_value();
  try {
    rig.finish(std::move(older));
    ADD_FAILURE() << "the older one won";
  } catch (const protocol::ProtocolError& error) {
    EXPECT_EQ(error.code(), protocol::ErrorCode::superseded);
  }
  EXPECT_EQ(rig.player.state().current(), "a");
  EXPECT_EQ(rig.player.library().bank().find("b"), nullptr);
}

TEST(PlayerGroup, WhatComesTooLateChangesNothing) {
  PlayerRig rig;
  rig.player.set_running(true);
  rig.play(6400);
  const auto late = [&] {
    rig.run(rig.player.loading().tx(
        {.operations = {load("b", "a1_nano"), protocol::SwapRequest{.name = "b"}}, .when = {.at_frame = 1}},
        0));
  };
  try {
    late();
    ADD_FAILURE() << "not too late";
  } catch (const protocol::ProtocolError& error) {
    EXPECT_EQ(error.code(), protocol::ErrorCode::too_late);
  }
  EXPECT_EQ(rig.player.library().bank().find("b"), nullptr);
  EXPECT_FALSE(rig.player.state().current());
}

TEST(PlayerGroup, ReplacingTheAudibleModelSwapsToIt) {
  PlayerRig rig;
  rig.player.set_running(true);
  rig.run(rig.player.loading().load(load("a", "a1_pico"), 0));
  rig.run(rig.player.changes().swap({.name = "a"}, 0));
  const TxResult result = rig.run(rig.player.loading().tx({.operations = {load("a", "a1_nano", true)}}, 0));
  ASSERT_TRUE(result.sound.swap);
  EXPECT_EQ(result.sound.swap->name, "a");
  EXPECT_EQ(rig.player.library().bank().find("a")->path, test::model_path("a1_nano"));
}

TEST(PlayerGroup, AllOfItsLoadsTogetherHaveToFitTheMemoryBudget) {
  PlayerRig one;
  one.run(one.player.loading().load(load("a", "a1_nano"), 0));
  PlayerRig rig(Budgets{.memory = one.player.library().bank().bytes() * 3 / 2, .cpu = 1000.0});
  EXPECT_EQ(fault_of(rig, {load("a", "a1_nano"), load("b", "a1_nano_metadata")}), "1 E_MEM_BUDGET");
  EXPECT_TRUE(rig.player.library().bank().entries().empty());
}

}  // namespace
}  // namespace namrack::player
