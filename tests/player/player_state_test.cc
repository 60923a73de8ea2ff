#include "player/state/player_state.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <sstream>
#include <vector>

#include "tests/player/error_of.h"

namespace namrack::player {
namespace {

namespace json = boost::json;

struct StateRig {
  StateRig() {
    events.add(ear);
    ear.subscribe({protocol::Topic::bypass, protocol::Topic::params}, {});
    state.on_change([this] { ++changes; });
  }
  ~StateRig() { events.remove(ear); }
  StateRig(const StateRig&) = delete;
  StateRig& operator=(const StateRig&) = delete;

  std::vector<json::object> told() {
    std::vector<json::object> all;
    std::istringstream lines(ear.outbox().take(state.rev()));
    for (std::string line; std::getline(lines, line);)
      all.push_back(json::parse(line).at("params").as_object());
    return all;
  }

  EventHub events;
  Subscriber ear{9, [] {}};
  PlayerState state{events};
  int changes = 0;
};

TEST(PlayerState, BypassIsToldWithTheRevisionThatItMakesButOnlyWhenItIsNew) {
  StateRig rig;
  const std::uint64_t before = rig.state.rev();
  rig.state.adopt_bypass(true, 1234, 7);
  rig.state.adopt_bypass(true, 1300, 7);
  const std::vector<json::object> told = rig.told();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].at("rev").to_number<std::uint64_t>(), before + 1);
  EXPECT_EQ(told[0].at("frame").to_number<int>(), 1234);
  EXPECT_EQ(told[0].at("origin").to_number<int>(), 7);
  EXPECT_TRUE(rig.state.is_bypassed());
  EXPECT_EQ(rig.state.rev(), before + 1);
}

TEST(PlayerState, SettingsThatAreAsTheyWereAreNoChange) {
  StateRig rig;
  const std::uint64_t before = rig.state.rev();
  rig.state.adopt_settings({}, std::nullopt, 0);
  EXPECT_TRUE(rig.told().empty());
  EXPECT_EQ(rig.state.rev(), before);
}

TEST(PlayerState, ARevisionThatIsNotThePresentOneIsRefused) {
  StateRig rig;
  EXPECT_NO_THROW(rig.state.require_rev(rig.state.rev()));
  EXPECT_NO_THROW(rig.state.require_rev(std::nullopt));
  const std::uint64_t old = rig.state.rev();
  EXPECT_EQ(rig.state.count_change(), old + 1);
  EXPECT_EQ(rig.changes, 1);
  EXPECT_EQ(error_of([&] { rig.state.require_rev(old); }), protocol::ErrorCode::conflict);
}

TEST(PlayerState, WhatPlaysAnewCanBePlayedAtThisRate) {
  StateRig rig;
  EXPECT_EQ(rig.state.play("a", 7), std::nullopt);
  rig.state.cannot_play("not at the server's 44100 Hz");
  EXPECT_TRUE(rig.state.rate_fault());
  EXPECT_EQ(rig.state.play("b", 0), "a");
  EXPECT_FALSE(rig.state.rate_fault());
  EXPECT_EQ(rig.state.latency_frames(), 0U);
}

}  // namespace
}  // namespace namrack::player
