// What a burst of MIDI messages leaves, and bytes that are no message.
#include <gtest/gtest.h>

#include <vector>

#include "player/midi/midi_control.h"
#include "tests/player/midi_rig.h"

namespace namrack::player {
namespace {

constexpr std::size_t kFlood = 5000;

/// So many messages, spread over a block, of a controller that goes up and down and ends at `last`.
std::vector<engine::MidiEvent> sweep(std::uint8_t number, std::uint8_t last) {
  std::vector<engine::MidiEvent> events;
  for (std::size_t i = 0; i < kFlood; ++i) {
    const auto value = static_cast<std::uint8_t>(i + 1 == kFlood ? last : i % 128);
    events.push_back(
        MidiRig::make({0xB0, number, value}, static_cast<std::uint32_t>(i * MidiRig::kBlock / kFlood)));
  }
  return events;
}

/// A block of messages that the control thread does not look at.
void send_unseen(MidiRig& rig, std::span<const engine::MidiEvent> events) {
  std::vector<float> in(MidiRig::kBlock, 0.5F), out(MidiRig::kBlock);
  rig.audio.process({in.data(), in.size()}, {out.data(), in.size()}, rig.frame, {.midi = events});
  rig.frame += MidiRig::kBlock;
}

TEST(MidiFlood, ThePedalEndsWhereItWasLeft) {
  MidiRig rig;
  rig.map(control(7), set_action(Setting::output_db, -20.0, 0.0));
  rig.send_all(sweep(7, 0));
  EXPECT_EQ(rig.midi.messages(), kFlood);
  EXPECT_EQ(rig.midi.dropped(), kFlood - 8) << "one at each frame that divides the block has been heard";
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.state().settings()[Setting::output_db] == -20.0; }));
  rig.play_a_while();
  EXPECT_EQ(rig.player.state().settings()[Setting::output_db], -20.0);
  EXPECT_NEAR(rig.play(6400, 0.5F).back(), 0.05F, 1e-4F) << "and this is what is heard";
}

TEST(MidiFlood, ThePedalEndsWhereItWasLeftThoughNobodyHasCollectedTheReports) {
  MidiRig rig;
  rig.map(control(7), set_action(Setting::output_db, -20.0, 0.0));
  for (int block = 0; block < 20; ++block) send_unseen(rig, sweep(7, 127));
  send_unseen(rig, sweep(7, 0));
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.state().settings()[Setting::output_db] == -20.0; }));
  rig.play_a_while();
  EXPECT_EQ(rig.player.state().settings()[Setting::output_db], -20.0);
}

TEST(MidiFlood, TwoPressesThatNobodyHasRoomForAreNone) {
  MidiRig rig;
  rig.map(control(7), set_action(Setting::output_db, -20.0, 0.0));
  rig.map(control(64), {.target = MidiTarget::bypass});
  for (int block = 0; block < 20; ++block) send_unseen(rig, sweep(7, 127));
  const std::vector<engine::MidiEvent> presses(3, MidiRig::make({0xB0, 64, 127}, 1));
  for (int block = 0; block < 3; ++block) send_unseen(rig, presses);
  rig.play_a_while();
  EXPECT_TRUE(rig.player.state().is_bypassed()) << "nine presses";
  send_unseen(rig, presses);
  rig.play_a_while();
  EXPECT_FALSE(rig.player.state().is_bypassed()) << "twelve";
  send_unseen(rig, std::span(presses).first(2));
  rig.play_a_while();
  EXPECT_FALSE(rig.player.state().is_bypassed()) << "fourteen";
}

TEST(MidiFlood, AHoldEndsThoughNobodyHasCollectedTheReports) {
  MidiRig rig;
  rig.map(control(64), {.target = MidiTarget::bypass, .mode = MidiSwitch::hold});
  std::vector<engine::MidiEvent> presses;
  for (std::uint32_t i = 0; i < MidiRig::kBlock; ++i) presses.push_back(MidiRig::make({0xB0, 64, 127}, i));
  for (int block = 0; block < 20; ++block) send_unseen(rig, presses);
  const engine::MidiEvent release = MidiRig::make({0xB0, 64, 0}, 1);
  send_unseen(rig, {&release, 1});
  rig.play_a_while();
  EXPECT_FALSE(rig.player.state().is_bypassed());
  EXPECT_FLOAT_EQ(rig.play(6400, 0.5F).back(), 0.5F);
}

TEST(MidiFlood, ASwitchIsHeardBesideAPedalThatFloods) {
  MidiRig rig;
  rig.map(control(7), set_action(Setting::output_db, -20.0, 0.0));
  rig.map(control(64), {.target = MidiTarget::bypass});
  for (int block = 0; block < 20; ++block) send_unseen(rig, sweep(7, 127));
  const engine::MidiEvent press = MidiRig::make({0xB0, 64, 127}, 1);
  send_unseen(rig, {&press, 1});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.state().is_bypassed(); }));
}

TEST(MidiFlood, TheNewestSceneIsTheOneThatPlays) {
  MidiSceneRig rig;
  std::vector<engine::MidiEvent> programs;
  for (std::size_t i = 0; i < kFlood; ++i)
    programs.push_back(
        MidiRig::make({0xC0, static_cast<std::uint8_t>(i + 1 == kFlood ? 1 : 2 * (i % 2))}, 3));
  rig.send_all(programs);
  EXPECT_TRUE(rig.comes_to("b"));
  rig.play_a_while();
  EXPECT_EQ(rig.player.show().book().current(), "scene b");
  EXPECT_EQ(rig.player.state().current(), "b");
}

TEST(MidiFlood, ASceneIsChosenBesideAPedalThatFloods) {
  MidiSceneRig rig;
  rig.map(control(80), {.target = MidiTarget::scene, .name = "scene a"});
  for (int block = 0; block < 3; ++block) send_unseen(rig, sweep(7, 127));
  const engine::MidiEvent press = MidiRig::make({0xB0, 80, 127}, 1);
  send_unseen(rig, {&press, 1});
  EXPECT_TRUE(rig.comes_to("a"));
}

TEST(MidiFlood, LearningLosesNoRelease) {
  MidiRig rig;
  rig.map(control(64), {.target = MidiTarget::bypass, .mode = MidiSwitch::hold});
  rig.send({0xB0, 64, 127});
  ASSERT_TRUE(rig.plays_until([&] { return rig.player.state().is_bypassed(); }));
  auto learned =
      boost::asio::co_spawn(rig.io, rig.midi.learn({.action = {}}, rig.ear), boost::asio::use_future);
  rig.run_control();
  rig.send({0xB0, 64, 0});
  EXPECT_TRUE(rig.plays_until([&] { return !rig.player.state().is_bypassed(); }));
  EXPECT_TRUE(rig.midi.is_learning()) << "the end of a press is not learned";
  rig.midi.cancel();
  EXPECT_ANY_THROW(rig.finish(std::move(learned)));
}

TEST(MidiBytes, WhatIsMalformedDoesNothing) {
  MidiRig rig;
  rig.map(control(64), {.target = MidiTarget::bypass});
  rig.map({.kind = MidiKind::program, .number = 5}, {.target = MidiTarget::bypass});
  rig.map({.kind = MidiKind::note, .number = 60}, {.target = MidiTarget::bypass});
  for (const auto& bytes : std::vector<std::vector<std::uint8_t>>{{},
                                                                  {64, 127},
                                                                  {64, 127, 0},
                                                                  {0xB0},
                                                                  {0xB0, 64},
                                                                  {0xB0, 64 | 0x80, 127},
                                                                  {0xB0, 64, 0xFF},
                                                                  {0x90, 60 | 0x80, 1},
                                                                  {0x90, 60, 0x81},
                                                                  {0xC0},
                                                                  {0xC0, 5 | 0x80},
                                                                  {0xC0, 5, 0},
                                                                  {0xD0, 1, 1},
                                                                  {0xE0, 1}})
    rig.send(bytes);
  rig.play_a_while();
  EXPECT_EQ(rig.midi.messages(), 0U);
  EXPECT_EQ(rig.midi.malformed(), 14U);
  EXPECT_FALSE(rig.player.state().is_bypassed());
}

TEST(MidiBytes, WhatIsNoneOfOursIsNotCounted) {
  MidiRig rig;
  for (const auto& bytes : std::vector<std::vector<std::uint8_t>>{{0xF8},
                                                                  {0xFE},
                                                                  {0xF0, 0x7E, 0xF7},
                                                                  {0xF2, 1, 2},
                                                                  {0xF1, 1},
                                                                  {0xE0, 1, 2},
                                                                  {0xA0, 64, 127},
                                                                  {0xD0, 64}})
    rig.send(bytes);
  engine::MidiEvent sysex = MidiRig::make({0xF0, 0x7E, 0x7F}, 0);
  sysex.size = 200;
  rig.send_all({&sysex, 1});
  EXPECT_EQ(rig.midi.messages(), 0U);
  EXPECT_EQ(rig.midi.malformed(), 0U);
}

}  // namespace
}  // namespace namrack::player
