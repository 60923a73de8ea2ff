// Learning which message is to do something.
#include <gtest/gtest.h>

#include "player/midi/midi_control.h"
#include "tests/player/error_of.h"
#include "tests/player/midi_rig.h"

namespace namrack::player {
namespace {

using protocol::ErrorCode;

TEST(Midi, WhatCameBeforeIsNotLearned) {
  MidiRig rig;
  rig.map(control(64), {.target = MidiTarget::bypass});
  const engine::MidiEvent events[] = {MidiRig::make({0xB0, 64, 127}, 0), MidiRig::make({0xB0, 65, 127}, 1)};
  std::vector<float> in(MidiRig::kBlock), out(MidiRig::kBlock);
  rig.audio.process({in.data(), in.size()}, {out.data(), in.size()}, rig.frame, {.midi = events});
  rig.frame += MidiRig::kBlock;
  auto learned = boost::asio::co_spawn(
      rig.io, rig.midi.learn({.action = {.target = MidiTarget::bypass}}, rig.ear), boost::asio::use_future);
  rig.io.run_for(std::chrono::milliseconds(2));
  rig.io.restart();
  rig.run_control();
  EXPECT_TRUE(rig.midi.is_learning());
  rig.send({0xB0, 66, 127});
  EXPECT_EQ(rig.finish(std::move(learned)).mapping.source, control(66, 1));
}

TEST(Midi, ASceneThatIsRenamedWhileItsSwitchIsLearnedIsFollowed) {
  MidiSceneRig rig;
  const MidiAction action{.target = MidiTarget::scene, .name = "scene a"};
  auto learned =
      boost::asio::co_spawn(rig.io, rig.midi.learn({.action = action}, rig.ear), boost::asio::use_future);
  rig.run_control();
  rig.player.show().rename({.name = "scene a", .to = "scene z"}, 0);
  rig.midi.rename_scene("scene a", "scene z");
  rig.send({0xB0, 1, 127});
  EXPECT_EQ(rig.finish(std::move(learned)).mapping.action.name, "scene z");
}

TEST(Midi, NothingIsLearnedForAClientThatHasLeft) {
  MidiRig rig;
  bool is_gone = false;
  const Subscriber leaver(3, [] {}, [&] { return is_gone; });
  auto learned =
      boost::asio::co_spawn(rig.io, rig.midi.learn({.action = {}}, leaver), boost::asio::use_future);
  rig.run_control();
  is_gone = true;
  rig.send({0xB0, 1, 127});
  EXPECT_EQ(error_of([&] { rig.finish(std::move(learned)); }), ErrorCode::not_found);
  EXPECT_TRUE(rig.midi.midi_map().mappings.empty());
}

TEST(Midi, WhatComesNextIsLearnedAndDoesNothingItself) {
  MidiRig rig;
  rig.map(control(64), {.target = MidiTarget::bypass});
  auto learned = boost::asio::co_spawn(
      rig.io, rig.midi.learn({.action = set_action(Setting::input_db, -10.0, 10.0)}, rig.ear),
      boost::asio::use_future);
  rig.run_control();
  EXPECT_TRUE(rig.midi.is_learning());
  rig.send({0xB0, 0, 1});  // a bank comes before its program
  rig.send({0xC2, 5});     // has no value that a setting could follow
  rig.send({0x92, 64, 0});
  EXPECT_TRUE(rig.midi.is_learning());
  rig.send({0xB2, 64, 127});
  const MidiMapped mapped = rig.finish(std::move(learned));
  EXPECT_EQ(mapped.mapping.source, control(64, 3));
  EXPECT_TRUE(mapped.replaced.empty());
  EXPECT_FALSE(rig.player.state().is_bypassed()) << "the message that was learned has done nothing";
  EXPECT_FALSE(rig.midi.is_learning());
  rig.send({0xB2, 64, 127});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.state().settings()[Setting::input_db] == 10.0; }));
  rig.send({0xB0, 64, 127});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.state().is_bypassed(); }))
      << "other channels do as before";
}

TEST(Midi, AProgramThatIsLearnedChoosesNoScene) {
  MidiSceneRig rig;
  const MidiAction action{.target = MidiTarget::scene, .name = "scene b"};
  auto learned =
      boost::asio::co_spawn(rig.io, rig.midi.learn({.action = action}, rig.ear), boost::asio::use_future);
  rig.run_control();
  rig.send({0xC0, 0});
  EXPECT_EQ(rig.finish(std::move(learned)).mapping.source,
            (MidiSource{.kind = MidiKind::program, .number = 0, .channel = 1, .bank = 0}));
  rig.play_a_while();
  EXPECT_EQ(rig.player.show().book().current(), "scene c");
  rig.send({0xC0, 0});
  EXPECT_TRUE(rig.comes_to("b"));
}

TEST(Midi, LearningEndsInTimeOrByAnotherOrWhenItsClientLeaves) {
  MidiRig rig;
  const protocol::MidiLearnRequest brief{.action = {}, .timeout_ms = 5.0}, patient{.action = {}};
  EXPECT_EQ(error_of([&] { rig.run(rig.midi.learn(brief, rig.ear)); }), ErrorCode::not_found);
  const auto begin = [&](const Subscriber& client) {
    auto learning = boost::asio::co_spawn(rig.io, rig.midi.learn(patient, client), boost::asio::use_future);
    rig.run_control();
    return learning;
  };
  auto first = begin(rig.ear);
  bool is_gone = false;
  const Subscriber leaver(3, [] {}, [&] { return is_gone; });
  auto second = begin(leaver);
  EXPECT_EQ(error_of([&] { rig.finish(std::move(first)); }), ErrorCode::superseded);
  EXPECT_TRUE(rig.midi.is_learning());
  is_gone = true;
  EXPECT_EQ(error_of([&] { rig.finish(std::move(second)); }), ErrorCode::not_found);
  EXPECT_FALSE(rig.midi.is_learning());
  auto third = begin(rig.ear);
  EXPECT_TRUE(rig.midi.cancel());
  EXPECT_EQ(error_of([&] { rig.finish(std::move(third)); }), ErrorCode::superseded);
  EXPECT_FALSE(rig.midi.cancel());
}

}  // namespace
}  // namespace namrack::player
