// What MIDI messages do to what is played.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "player/midi/midi_control.h"
#include "tests/player/error_of.h"
#include "tests/player/midi_rig.h"

namespace namrack::player {
namespace {

using protocol::ErrorCode;

TEST(Midi, APressBypassesAtItsFrameOfTheSameBlock) {
  MidiRig rig;
  rig.listen();
  rig.map(control(64), {.target = MidiTarget::bypass});
  const std::uint64_t block = rig.frame;
  const std::uint64_t rev = rig.player.state().rev();
  rig.send({0xB0, 64, 127}, 37);
  ASSERT_TRUE(rig.plays_until([&] { return rig.player.state().is_bypassed(); }));
  EXPECT_EQ(rig.player.state().rev(), rev + 1);
  const auto told = rig.told(protocol::Topic::bypass);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].at("frame").to_number<std::uint64_t>(), block + 37);
  rig.send({0xB0, 64, 0});
  rig.send({0xB0, 64, 127});
  EXPECT_TRUE(rig.plays_until([&] { return !rig.player.state().is_bypassed(); })) << "letting go is no press";
}

TEST(Midi, AControllerMovesASettingAndTheStateFollows) {
  MidiRig rig;
  rig.map(control(7), set_action(Setting::output_db, -20.0, 0.0));
  rig.send({0xB3, 7, 0});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.state().settings()[Setting::output_db] == -20.0; }));
  const float quiet = rig.play(6400, 0.5F).back();
  EXPECT_NEAR(quiet, 0.05F, 1e-4F);
  rig.map(control(8), {.target = MidiTarget::set, .setting = Setting::level_mode});
  rig.send({0xB3, 8, 0});
  EXPECT_TRUE(rig.plays_until(
      [&] { return rig.player.state().settings().as<LevelMode>(Setting::level_mode) == LevelMode::raw; }));
  rig.map(control(9), {.target = MidiTarget::set, .setting = Setting::fade_ms, .value = 333.0});
  rig.send({0xB3, 9, 63});
  rig.run_control();
  EXPECT_NE(rig.player.state().settings()[Setting::fade_ms], 333.0) << "not pressed";
  rig.send({0xB3, 9, 64});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.state().settings()[Setting::fade_ms] == 333.0; }))
      << "a setting that is none of the rig's";
}

TEST(Midi, ProgramsBypassAndSetAsSwitchesDo) {
  MidiRig rig;
  rig.map({.kind = MidiKind::program, .number = 1}, {.target = MidiTarget::bypass});
  rig.map({.kind = MidiKind::program, .number = 2},
          {.target = MidiTarget::set, .setting = Setting::output_db, .value = -6.0});
  rig.send({0xC0, 1});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.state().is_bypassed(); }));
  rig.send({0xC0, 2});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.state().settings()[Setting::output_db] == -6.0; }));
  rig.send({0xC0, 1});
  EXPECT_TRUE(rig.plays_until([&] { return !rig.player.state().is_bypassed(); }));
}

TEST(Midi, OnlyTheChosenChannelIsHeard) {
  MidiRig rig;
  rig.map(control(64), {.target = MidiTarget::bypass});
  rig.midi.set({.channel = std::optional<std::uint8_t>(2)}, 0);
  rig.send({0xB0, 64, 127});
  rig.run_control();
  EXPECT_FALSE(rig.player.state().is_bypassed());
  EXPECT_EQ(rig.midi.messages(), 0U);
  rig.send({0xB1, 64, 127});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.state().is_bypassed(); }));
}

TEST(Midi, OtherMessagesAreNone) {
  MidiRig rig;
  rig.map(control(64), {.target = MidiTarget::bypass});
  for (const auto& bytes : std::vector<std::vector<std::uint8_t>>{
           {}, {0xB0}, {0xB0, 64}, {0xF8}, {0xE0, 64, 127}, {0xA0, 64, 127}, {0xD0, 64}, {0xF2, 64, 127}})
    rig.send(bytes);
  rig.run_control();
  EXPECT_EQ(rig.midi.messages(), 0U);
  EXPECT_FALSE(rig.player.state().is_bypassed());
}

TEST(Midi, ProgramsChooseScenesByTheirNumberInTheSetlist) {
  MidiSceneRig rig;
  rig.send({0xC0, 0});
  EXPECT_TRUE(rig.comes_to("a"));
  EXPECT_EQ(rig.player.state().current(), "a");
  rig.player.show().save_setlist({.name = "tour", .scenes = {"scene a", "scene c", "scene a", "scene b"}}, 0);
  rig.player.show().use_setlist({.name = "tour"}, 0);
  rig.send({0xC5, 1});
  EXPECT_TRUE(rig.comes_to("c"));
  rig.send({0xC5, 2});
  EXPECT_TRUE(rig.comes_to("a"));
  EXPECT_EQ(rig.player.show().book().neighbour(1)->name, "scene b") << "it is the second time that a comes";
}

TEST(Midi, BankSelectChoosesTheBankOfTheProgram) {
  MidiSceneRig rig;
  rig.map({.kind = MidiKind::program, .number = 0, .bank = 129},
          {.target = MidiTarget::scene, .name = "scene b"});
  rig.midi.set({.programs = false}, 0);
  rig.send({0xC0, 0});
  rig.play_a_while();
  EXPECT_EQ(rig.player.show().book().current(), "scene c") << "programs choose nothing by themselves";
  const engine::MidiEvent elsewhere[] = {MidiRig::make({0xB0, 0, 1}, 3), MidiRig::make({0xB0, 32, 1}, 4),
                                         MidiRig::make({0xC2, 0}, 5)};
  rig.send_all(elsewhere);
  rig.play_a_while();
  EXPECT_EQ(rig.player.show().book().current(), "scene c") << "each channel has its own bank";
  const engine::MidiEvent events[] = {MidiRig::make({0xB2, 0, 1}, 3), MidiRig::make({0xB2, 32, 1}, 4),
                                      MidiRig::make({0xC2, 0}, 5)};
  rig.send_all(events);
  EXPECT_TRUE(rig.comes_to("b"));
}

TEST(Midi, ASceneBeginsAsFarIntoABlockAsItsMessage) {
  MidiSceneRig rig;
  rig.listen();
  for (const std::uint32_t offset : {37U, 0U, 63U, 1U}) {
    rig.told(protocol::Topic::swap);
    const std::uint64_t at = rig.frame + offset;
    const std::string next = rig.player.show().book().current() == "scene a" ? "b" : "a";
    rig.send({0xC0, static_cast<std::uint8_t>(next == "a" ? 0 : 1)}, offset);
    ASSERT_TRUE(rig.comes_to(next));
    const auto told = rig.told(protocol::Topic::swap);
    ASSERT_EQ(told.size(), 1U);
    const auto frame = told[0].at("frame").to_number<std::uint64_t>();
    EXPECT_EQ((frame - at) % MidiRig::kBlock, 0U) << offset;
    EXPECT_EQ(told[0].at("data").at("skipped_frames"), 0);
  }
}

TEST(Midi, SwitchesStepThroughTheScenesAndSwapModels) {
  MidiSceneRig rig;
  rig.map({.kind = MidiKind::note, .number = 60}, {.target = MidiTarget::next_scene});
  rig.map({.kind = MidiKind::note, .number = 59}, {.target = MidiTarget::previous_scene});
  rig.map({.kind = MidiKind::note, .number = 58}, {.target = MidiTarget::swap});
  rig.send({0x90, 60, 1});
  EXPECT_TRUE(rig.comes_to("a"));
  rig.send({0x80, 60, 64});
  rig.send({0x90, 60, 0});
  rig.play_a_while();
  EXPECT_EQ(rig.player.show().book().current(), "scene a") << "the end of a note does nothing";
  rig.send({0x90, 59, 100});
  EXPECT_TRUE(rig.comes_to("c"));
  rig.send({0x90, 58, 100});
  EXPECT_TRUE(rig.plays_until([&] { return !rig.player.state().current(); }));
}

TEST(Midi, WhatFailsIsToldAndTheOldSoundPlaysOn) {
  MidiSceneRig rig;
  rig.listen();
  rig.send({0xC0, 99});
  std::vector<boost::json::object> told;
  ASSERT_TRUE(rig.plays_until([&] {
    for (auto& one : rig.told(protocol::Topic::midi)) told.push_back(std::move(one));
    return told.size() == 2;
  }));
  EXPECT_EQ(told[0].at("data").at("message"), "program");
  EXPECT_EQ(told[0].at("data").at("number"), 99);
  EXPECT_EQ(told[0].at("data").at("value"), 127);
  EXPECT_EQ(told[1].at("data").at("error").at("data").at("code"), "E_NOT_FOUND");
  EXPECT_EQ(rig.player.state().current(), "c");
}

// On the way from A to B and back to A, A's file is read only once, and A is what plays in the end.
TEST(Midi, AFootThatIsFasterThanAFileEndsWhereItWantedTo) {
  MidiSceneRig rig;
  rig.player.loading().unload({.name = "a"}, 0);
  const engine::MidiEvent events[] = {MidiRig::make({0xC0, 0}, 1), MidiRig::make({0xC0, 1}, 2),
                                      MidiRig::make({0xC0, 0}, 3)};
  rig.send_all(events);
  ASSERT_TRUE(rig.plays_until(
      [&] { return rig.player.changes().open().size() == 0 && rig.player.state().current() == "a"; }));
  for (int i = 0; i < 100; ++i) rig.run_control();
  EXPECT_EQ(rig.player.state().current(), "a") << "nothing that was asked for before comes later";
}

// The same where the way back leads to what still plays.
TEST(Midi, AFootThatTurnsBackBeforeAFileIsReadStaysWhereItWas) {
  MidiSceneRig rig;
  rig.player.loading().unload({.name = "a"}, 0);
  const engine::MidiEvent events[] = {MidiRig::make({0xC0, 0}, 1), MidiRig::make({0xC0, 2}, 2)};
  rig.send_all(events);
  rig.play_a_while();
  EXPECT_EQ(rig.player.changes().open().size(), 0U);
  EXPECT_EQ(rig.player.state().current(), "c");
  EXPECT_EQ(rig.player.show().book().current(), "scene c");
}

TEST(Midi, WhatAClientSetsAfterAPedalIsWhatIsHeard) {
  MidiRig rig;
  rig.map(control(7), set_action(Setting::output_db, -20.0, 0.0));
  const engine::MidiEvent event = MidiRig::make({0xB0, 7, 0}, 0);
  std::vector<float> in(MidiRig::kBlock, 0.5F), out(MidiRig::kBlock);
  rig.audio.process({in.data(), in.size()}, {out.data(), in.size()}, rig.frame, {.midi = {&event, 1}});
  rig.frame += MidiRig::kBlock;
  rig.run(rig.player.changes().set({.changes = {{Setting::output_db, 0.0}}}, 0));
  EXPECT_NEAR(rig.play(6400, 0.5F).back(), 0.5F, 1e-4F);
  for (int i = 0; i < 50; ++i) rig.run_control();
  EXPECT_EQ(rig.player.state().settings()[Setting::output_db], 0.0);
}

TEST(Midi, ASceneHoldsWhatAPedalHasJustChanged) {
  MidiRig rig;
  rig.map(control(64), {.target = MidiTarget::bypass});
  const engine::MidiEvent event = MidiRig::make({0xB0, 64, 127}, 0);
  std::vector<float> in(MidiRig::kBlock, 0.5F), out(MidiRig::kBlock);
  rig.audio.process({in.data(), in.size()}, {out.data(), in.size()}, rig.frame, {.midi = {&event, 1}});
  rig.frame += MidiRig::kBlock;
  rig.player.show().save({.name = "now"}, 0);
  EXPECT_TRUE(rig.player.show().book().require("now").bypass);
}

TEST(Midi, MappingsAreReplacedRemovedAndChecked) {
  MidiSceneRig rig;
  const std::uint64_t rev = rig.player.state().rev();
  rig.map(control(1), {.target = MidiTarget::scene, .name = "scene a"});
  EXPECT_EQ(rig.player.state().rev(), rev + 1);
  rig.map(control(1), {.target = MidiTarget::scene, .name = "scene a"});
  EXPECT_EQ(rig.player.state().rev(), rev + 1) << "nothing has changed";
  const MidiMapped mapped = rig.midi.map({.source = control(1), .action = {}, .if_rev = rev + 1}, 0);
  ASSERT_EQ(mapped.replaced.size(), 1U);
  EXPECT_EQ(mapped.replaced[0].action.name, "scene a");
  EXPECT_EQ(rig.midi.midi_map().mappings.size(), 1U);
  EXPECT_EQ(error_of([&] { rig.map(control(2), {.target = MidiTarget::scene, .name = "none"}); }),
            ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { rig.map(control(2), {.target = MidiTarget::swap, .name = "none"}); }),
            ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { rig.midi.unmap({.source = control(1, 4)}, 0); }), ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { rig.midi.unmap({.if_rev = rev}, 0); }), ErrorCode::conflict);
  EXPECT_EQ(rig.midi.unmap({}, 0), 1U);
  const std::uint64_t before = rig.player.state().rev();
  EXPECT_EQ(rig.midi.unmap({}, 0), 0U);
  EXPECT_EQ(rig.player.state().rev(), before);
  for (std::size_t i = 0; i < MidiMap::kMaxMappings; ++i)
    rig.map(control(static_cast<std::uint8_t>(i % 128), i < 128 ? 1 : 2), {});
  EXPECT_EQ(error_of([&] { rig.map(control(1), {}); }), ErrorCode::limit);
}

TEST(Midi, AMappingFollowsTheSceneThatIsRenamed) {
  MidiSceneRig rig;
  rig.map(control(1), {.target = MidiTarget::scene, .name = "scene a"});
  rig.player.show().rename({.name = "scene a", .to = "scene z"}, 0);
  rig.midi.rename_scene("scene a", "scene z");
  rig.send({0xB0, 1, 127});
  EXPECT_TRUE(rig.comes_to("z"));
}

TEST(Midi, WhatNobodyTakesIsCounted) {
  MidiRig rig;
  constexpr std::size_t kTold = engine::MidiNewsQueue::kRoom - engine::MidiNewsQueue::kReserved;
  const std::vector<engine::MidiEvent> events(kTold + 9, MidiRig::make({0xB0, 64, 127}, 0));
  std::vector<float> in(MidiRig::kBlock), out(MidiRig::kBlock);
  rig.audio.process({in.data(), in.size()}, {out.data(), in.size()}, rig.frame, {.midi = events});
  EXPECT_EQ(rig.midi.messages(), events.size());
  EXPECT_EQ(rig.midi.dropped(), 9U);
}

// So few of them divide the block that its cost stays bounded; what is not heard is counted.
TEST(Midi, AFloodIsBoundedAndCounted) {
  MidiRig rig;
  rig.listen();
  rig.map(control(64), {.target = MidiTarget::bypass, .mode = MidiSwitch::hold});
  std::vector<engine::MidiEvent> flood;
  for (std::uint32_t i = 0; i < MidiRig::kBlock; ++i)
    flood.push_back(MidiRig::make({0xB0, 64, static_cast<std::uint8_t>(i % 2 == 0 ? 127 : 0)}, i));
  rig.send_all(flood);
  EXPECT_EQ(rig.midi.messages(), flood.size());
  EXPECT_EQ(rig.midi.dropped(), flood.size() - engine::MidiActions::kMaxFramesPerBlock);
  rig.play_a_while();
  EXPECT_EQ(rig.told(protocol::Topic::bypass).size(), engine::MidiActions::kMaxFramesPerBlock);
  EXPECT_FALSE(rig.player.state().is_bypassed()) << "the last one is its end";
}

TEST(Midi, MappingsCanBeMadeWhileNoAudioRuns) {
  MidiRig rig;
  rig.player.set_running(false);
  for (int i = 0; i < 1000; ++i) rig.map(control(1, static_cast<std::uint8_t>(1 + i % 16)), {});
  rig.map(control(2), {.target = MidiTarget::bypass});
  rig.player.set_running(true);
  rig.send({0xB0, 2, 127});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.state().is_bypassed(); }));
}

TEST(Midi, TwoPressesOfNextAreTwoSteps) {
  MidiSceneRig rig;
  rig.map({.kind = MidiKind::note, .number = 60}, {.target = MidiTarget::next_scene});
  const engine::MidiEvent events[] = {MidiRig::make({0x90, 60, 1}, 1), MidiRig::make({0x90, 60, 1}, 9)};
  rig.send_all(events);
  EXPECT_TRUE(rig.comes_to("b"));
  rig.player.loading().unload({.name = "c"}, 0);
  rig.send_all(events);  // the first of them has to read a file
  EXPECT_TRUE(rig.comes_to("a"));
  EXPECT_EQ(rig.player.state().current(), "a");
}

}  // namespace
}  // namespace namrack::player
