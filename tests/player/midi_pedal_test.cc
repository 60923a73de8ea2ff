// Pedals beside scenes and clients: keep and takeover.
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "player/midi/midi_control.h"
#include "tests/player/error_of.h"
#include "tests/player/midi_rig.h"

namespace namrack::player {
namespace {

using protocol::ErrorCode;
using protocol::MidiTakeover;

MidiAction pedal(bool keep, MidiTakeover takeover = MidiTakeover::jump) {
  MidiAction action = set_action(Setting::output_db, -20.0, 0.0);
  action.keep = keep;
  action.takeover = takeover;
  return action;
}

/// With scenes whose output_db are -3 and -6, and the signal dry.
struct PedalRig : MidiRig {
  PedalRig() {
    for (const double db : {-3.0, -6.0}) {
      run(player.changes().set({.changes = {{Setting::input_db, db}, {Setting::output_db, db}}}, 0));
      player.show().save({.name = db == -3.0 ? "verse" : "chorus"}, 0);
    }
    listen();
  }
  double output_db() const { return player.state().settings()[Setting::output_db]; }
  bool comes_to(double db) {
    return plays_until([&] { return output_db() == db; });
  }
  void recall(const std::string& scene) {
    run(player.show().recall({.name = scene}, 0));
    play_a_while();
  }
  /// The values of output_db that have been told since.
  std::vector<double> values() {
    std::vector<double> all;
    for (const auto& event : told(protocol::Topic::params))
      all.push_back(event.at("data").at("output_db").to_number<double>());
    return all;
  }
};

TEST(MidiKeep, ARecallLeavesAVolumePedalWhereItIs) {
  PedalRig rig;
  rig.map(control(7), pedal(true));
  rig.recall("verse");
  EXPECT_EQ(rig.output_db(), -3.0) << "the pedal has not moved yet";
  rig.send({0xB0, 7, 0});
  ASSERT_TRUE(rig.comes_to(-20.0));
  rig.values();
  rig.recall("chorus");
  EXPECT_EQ(rig.output_db(), -20.0);
  EXPECT_EQ(rig.player.state().settings()[Setting::input_db], -6.0) << "all else is the scene's";
  EXPECT_EQ(rig.values(), std::vector<double>{-20.0}) << "one change at one frame";
  EXPECT_FALSE(rig.player.show().is_edited()) << "this is what the scene sounds like, pedal and all";
  EXPECT_NEAR(rig.play(6400, 0.5F).back(), 0.05F * 0.5012F, 1e-4F) << "and so it is heard";
}

TEST(MidiKeep, WithoutItTheSceneIsRight) {
  PedalRig rig;
  rig.map(control(7), pedal(false));
  rig.send({0xB0, 7, 0});
  ASSERT_TRUE(rig.comes_to(-20.0));
  rig.recall("verse");
  EXPECT_EQ(rig.output_db(), -3.0);
}

TEST(MidiKeep, ARecallTakesThePedalsValueAgain) {
  PedalRig rig;
  rig.map(control(7), pedal(true));
  rig.send({0xB0, 7, 0});
  ASSERT_TRUE(rig.comes_to(-20.0));
  rig.run(rig.player.changes().set({.changes = {{Setting::output_db, 0.0}}}, 0));
  rig.values();
  rig.recall("verse");
  EXPECT_EQ(rig.output_db(), -20.0);
  EXPECT_EQ(rig.values(), std::vector<double>{-20.0});
}

TEST(MidiKeep, APedalThatMovesWhileARecallWaitsIsNotThrownBack) {
  PedalRig rig;
  rig.map(control(7), pedal(true));
  rig.send({0xB0, 7, 127});
  ASSERT_TRUE(rig.comes_to(0.0));
  for (const bool was_set : {false, true}) {
    // Then the recall has to set it, and does so with what the pedal was when it was given to the rig.
    if (was_set) rig.run(rig.player.changes().set({.changes = {{Setting::output_db, -1.0}}}, 0));
    auto recalled = boost::asio::co_spawn(
        rig.io, rig.player.show().recall({.name = "verse", .when = {.at_frame = rig.frame + 4800}}, 0),
        boost::asio::use_future);
    rig.run_control();
    rig.send({0xB0, 7, static_cast<std::uint8_t>(was_set ? 127 : 0)});
    rig.finish(std::move(recalled));
    rig.play_a_while();
    EXPECT_EQ(rig.output_db(), was_set ? 0.0 : -20.0);
    EXPECT_EQ(rig.player.state().settings()[Setting::input_db], -3.0);
  }
}

TEST(MidiKeep, AProgramChangeInTheSameBlockLeavesThePedalWhereItIs) {
  PedalRig rig;
  rig.map(control(7), pedal(true));
  const engine::MidiEvent events[] = {MidiRig::make({0xB0, 7, 0}, 3), MidiRig::make({0xC0, 0}, 9)};
  rig.send_all(events);
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.show().book().current() == "verse"; }));
  rig.play_a_while();
  EXPECT_EQ(rig.output_db(), -20.0);
}

TEST(MidiKeep, ThePedalThatIsUnmappedKeepsNothing) {
  PedalRig rig;
  rig.map(control(7), pedal(true));
  rig.send({0xB0, 7, 0});
  ASSERT_TRUE(rig.comes_to(-20.0));
  rig.midi.unmap({}, 0);
  rig.recall("verse");
  EXPECT_EQ(rig.output_db(), -3.0);
}

TEST(MidiKeep, WhatAnotherSwitchSetsIsNotKept) {
  PedalRig rig;
  rig.map(control(7), pedal(true));
  rig.map(control(80), {.target = MidiTarget::set, .setting = Setting::output_db, .value = -1.0});
  rig.send({0xB0, 7, 0});
  ASSERT_TRUE(rig.comes_to(-20.0));
  rig.send({0xB0, 80, 127});
  ASSERT_TRUE(rig.comes_to(-1.0));
  rig.recall("verse");
  EXPECT_EQ(rig.output_db(), -20.0);
}

TEST(MidiTakeover, APedalFollowsWhenItHasPassedWhatIsSet) {
  PedalRig rig;  // at -6 dB, which is 88.9 of 127
  rig.map(control(7), pedal(false, MidiTakeover::pickup));
  for (const std::uint8_t value : std::to_array<std::uint8_t>({0, 40, 88})) rig.send({0xB0, 7, value});
  rig.play_a_while();
  EXPECT_EQ(rig.output_db(), -6.0) << "not yet";
  rig.send({0xB0, 7, 89});
  EXPECT_TRUE(rig.comes_to(-5.984));
  rig.send({0xB0, 7, 0});
  EXPECT_TRUE(rig.comes_to(-20.0)) << "from then on it follows";
  rig.recall("verse");  // 107.9
  rig.send({0xB0, 7, 60});
  rig.play_a_while();
  EXPECT_EQ(rig.output_db(), -3.0) << "what is set from elsewhere has to be passed again";
  rig.send({0xB0, 7, 127});
  EXPECT_TRUE(rig.comes_to(0.0)) << "also by a leap";
}

TEST(MidiTakeover, AWholeSweepInOneBlockIsFollowed) {
  PedalRig rig;
  rig.map(control(7), pedal(false, MidiTakeover::pickup));
  std::vector<engine::MidiEvent> events;
  for (std::uint8_t value = 127; value > 10; --value) events.push_back(MidiRig::make({0xB0, 7, value}, 5));
  rig.send_all(events);
  EXPECT_TRUE(rig.plays_until([&] { return std::abs(rig.output_db() + 18.268) < 1e-9; })) << rig.output_db();
}

TEST(MidiTakeover, WhatLiesBeyondThePedalIsPickedUpAtItsEnd) {
  PedalRig rig;
  rig.run(rig.player.changes().set({.changes = {{Setting::output_db, 12.0}}}, 0));
  rig.map(control(7), pedal(false, MidiTakeover::pickup));
  for (const std::uint8_t value : std::to_array<std::uint8_t>({10, 100, 126})) rig.send({0xB0, 7, value});
  rig.play_a_while();
  EXPECT_EQ(rig.output_db(), 12.0);
  rig.send({0xB0, 7, 127});
  EXPECT_TRUE(rig.comes_to(0.0));
}

TEST(MidiTakeover, APedalThatIsThereAlreadyFollowsAtOnce) {
  PedalRig rig;
  rig.map(control(7), pedal(false, MidiTakeover::pickup));
  rig.send({0xB0, 7, 89});
  EXPECT_TRUE(rig.comes_to(-5.984));
}

TEST(MidiTakeover, NeedsASettingThatIsHeard) {
  PedalRig rig;
  MidiAction action = set_action(Setting::fade_ms, 0.0, 100.0);
  action.takeover = MidiTakeover::pickup;
  EXPECT_EQ(error_of([&] { rig.map(control(7), action); }), ErrorCode::params);
}

}  // namespace
}  // namespace namrack::player
