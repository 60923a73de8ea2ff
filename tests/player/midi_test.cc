// What MIDI messages do: the map, what is prepared of it, the audio thread's part and the control thread's.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <boost/json.hpp>
#include <cmath>
#include <set>
#include <thread>

#include "player/midi_control.h"
#include "player/state_store.h"
#include "tests/common/model_path.h"
#include "tests/player/error_of.h"
#include "tests/player/player_rig.h"

namespace namrack::player {
namespace {

using protocol::ErrorCode;
using protocol::MidiAction;
using protocol::MidiKind;
using protocol::MidiSource;
using protocol::MidiSwitch;
using protocol::MidiTarget;

MidiSource control(std::uint8_t number, std::optional<std::uint8_t> channel = std::nullopt) {
  return {.kind = MidiKind::control, .number = number, .channel = channel};
}
MidiAction set_action(const std::string& key, double min, double max) {
  return {.target = MidiTarget::set, .key = key, .min = min, .max = max};
}
MidiMessage message(MidiKind kind, std::uint8_t number, std::uint8_t value, std::uint8_t channel = 1) {
  return {.kind = kind, .channel = channel, .number = number, .value = value};
}

TEST(MidiMap, TheMostParticularMappingAnswers) {
  MidiMap map;
  map.mappings = {
      {control(7), {.target = MidiTarget::bypass}},
      {control(7, 3), {.target = MidiTarget::next_scene}},
      {{.kind = MidiKind::program, .number = 7, .bank = 2}, {.target = MidiTarget::previous_scene}}};
  EXPECT_EQ(map.answering(message(MidiKind::control, 7, 1, 2)), &map.mappings[0]);
  EXPECT_EQ(map.answering(message(MidiKind::control, 7, 1, 3)), &map.mappings[1]);
  EXPECT_EQ(map.answering(message(MidiKind::note, 7, 1, 3)), nullptr);
  MidiMessage program = message(MidiKind::program, 7, 127);
  EXPECT_EQ(map.answering(program), nullptr);
  program.bank = 2;
  EXPECT_EQ(map.answering(program), &map.mappings[2]);
}

TEST(MidiMap, IsSavedAndReadBack) {
  SavedState state;
  state.midi.channel = 5;
  state.midi.programs = false;
  state.midi.mappings = {
      {control(7, 16), set_action("output_db", 0.0, -20.5)},
      {{.kind = MidiKind::note, .number = 36}, {.target = MidiTarget::bypass, .mode = MidiSwitch::inverse}},
      {{.kind = MidiKind::program, .number = 1, .bank = 300}, {.target = MidiTarget::scene, .name = "solo"}},
      {control(1), {.target = MidiTarget::swap}},
      {control(2), {.target = MidiTarget::set, .key = "level_mode", .value = "raw"}},
  };
  EXPECT_EQ(saved_state_from_json(to_json(state)), state);
}

TEST(MidiMap, WhatCannotBeReadIsSkippedAndNothingElse) {
  std::size_t problems = 0;
  const auto document = boost::json::parse(R"({"channel": 17, "programs": true, "mappings": [
      {"message": "control", "number": 7, "action": "bypass"}, 5, {"message": "note"},
      {"message": "control", "number": 7, "action": "scene.next"}]})");
  const MidiMap map = midi_map_from_json(document.as_object(), [&](const char*) { ++problems; });
  EXPECT_EQ(problems, 3U);
  EXPECT_EQ(map.channel, std::nullopt);
  ASSERT_EQ(map.mappings.size(), 1U) << "one message does one thing";
  EXPECT_EQ(map.mappings[0].action.target, MidiTarget::bypass);
}

TEST(MidiTable, HoldsAnActionForEveryValue) {
  MidiMap map;
  map.mappings = {{control(7), set_action("output_db", -20.0, 10.0)},
                  {control(64), {.target = MidiTarget::bypass, .mode = MidiSwitch::hold}}};
  const MidiTable table(map, false);
  const auto gain_at = [&](std::uint8_t value) {
    return table.find(message(MidiKind::control, 7, value))->settings->output_db;
  };
  EXPECT_EQ(gain_at(0), -20.0F);
  EXPECT_NEAR(gain_at(64).value(), -20.0F + 30.0F * 64.0F / 127.0F, 1e-3F);
  EXPECT_EQ(gain_at(127), 10.0F);
  EXPECT_EQ(table.find(message(MidiKind::control, 64, 63))->bypass, engine::BypassSwitch::off);
  EXPECT_EQ(table.find(message(MidiKind::control, 64, 64))->bypass, engine::BypassSwitch::on);
  EXPECT_EQ(table.find(message(MidiKind::control, 8, 64)), nullptr);
  EXPECT_EQ(table.find(message(MidiKind::note, 7, 64)), nullptr);
  EXPECT_EQ(MidiTable(map, true).find(message(MidiKind::control, 7, 0)), nullptr) << "it is learning";
}

TEST(MidiTable, WhatIsMappedForAChannelIsNotDoneForEachAsWell) {
  MidiMap map;
  map.mappings = {{control(7, 2), {.target = MidiTarget::next_scene}},
                  {control(7), {.target = MidiTarget::bypass}}};
  const MidiTable table(map, false);
  EXPECT_NE(table.find(message(MidiKind::control, 7, 127, 1)), nullptr);
  EXPECT_EQ(table.find(message(MidiKind::control, 7, 127, 2)), nullptr)
      << "scenes are for the control thread";
}

TEST(MidiInput, TellsWhatHasActedAndWhere) {
  engine::Rack rack(48000.0);
  MidiInput input;
  MidiMap map;
  map.mappings = {{control(64), {.target = MidiTarget::bypass}}};
  input.use(MidiTable(map, false));
  const MidiEvent events[] = {{.offset = 5, .size = 3, .bytes = {0xB0, 63, 127}},
                              {.offset = 7, .size = 3, .bytes = {0xB0, 64, 127}}};
  input.process(events, 1000, rack);
  const auto first = input.poll(), second = input.poll();
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(first->has_acted);
  EXPECT_EQ(first->frame, 1005U);
  EXPECT_TRUE(second->has_acted);
  EXPECT_EQ(second->frame, 1007U);
  EXPECT_FALSE(input.poll());
}

// Each table sets another gain at every value: what is not one of them comes from a table that is no more.
TEST(MidiInput, TablesAreExchangedWhileTheyAreUsed) {
  engine::Rack rack(48000.0);
  MidiInput input;
  std::atomic<bool> ends{false};
  std::thread audio([&] {
    const std::vector<MidiEvent> events(256, {.offset = 0, .size = 3, .bytes = {0xB0, 7, 100}});
    std::array<float, 16> block{};
    for (std::uint64_t frame = 1000; !ends; frame += block.size()) {
      input.process(events, frame, rack);
      rack.process(block.data(), block.data(), block.size(), frame);
    }
  });
  const auto take = [&] {
    while (input.poll()) {
    }
    while (const auto report = rack.poll()) {
      const double gain = changes_of(report->tag).output_db.value_or(0.5);
      EXPECT_EQ(gain, std::round(gain));
    }
  };
  for (int i = 0; i < 200; ++i) {
    MidiMap map;
    map.mappings = {{control(7), set_action("output_db", -(i % 40), -(i % 40))}};
    input.use(MidiTable(map, false));
    for (int look = 0; look < 5; ++look) {
      input.tidy(true);
      take();
    }
  }
  ends = true;
  audio.join();
  take();
}

TEST(MidiTable, TheTagOfAReportHoldsTheSetting) {
  const protocol::SettingChanges changes[] = {{.input_db = -12.345},
                                              {.level_mode = protocol::LevelMode::calibrated},
                                              {.interface_dbu = -20.0},
                                              {.fade_ms = 1000.0},
                                              {.peak_guard = protocol::AutoSwitch::off}};
  for (const auto& change : changes) EXPECT_EQ(changes_of(tag_of(change)), change);
  EXPECT_TRUE(protocol::is_empty(changes_of(tag_of({}))));
}

/// A player that is played by MIDI.
struct MidiRig : PlayerRig {
  MidiRig() {
    player.set_running(true);
    play(kBlock);
  }

  void map(MidiSource source, MidiAction action) {
    midi.map({.source = source, .action = std::move(action)}, 0);
  }
  /// Sends bytes at this offset of the next block, and lets the control thread see to it.
  void send(std::vector<std::uint8_t> bytes, std::uint32_t offset = 0) {
    const MidiEvent event = make(bytes, offset);
    send_all({&event, 1});
  }
  static MidiEvent make(const std::vector<std::uint8_t>& bytes, std::uint32_t offset) {
    MidiEvent event{.offset = offset, .size = static_cast<std::uint8_t>(bytes.size())};
    std::copy(bytes.begin(), bytes.end(), event.bytes.begin());
    return event;
  }
  void send_all(std::span<const MidiEvent> messages) {
    std::vector<float> in(kBlock, 0.1F), out(kBlock);
    audio.process(in.data(), out.data(), kBlock, frame, {.midi = messages});
    frame += kBlock;
    run_control();
  }
  void run_control() {
    midi.look();
    io.run_for(std::chrono::milliseconds(2));
    io.restart();
  }
  /// For so long that whatever has been asked for has been heard.
  void play_a_while() {
    int left = 20;
    plays_until([&] { return player.open_changes() == 0 && left-- == 0; });
  }
  /// Plays on until it is so.
  template <typename Condition>
  bool plays_until(Condition condition) {
    for (int i = 0; i < 5000 && !condition(); ++i) {
      play(kBlock);
      run_control();
    }
    return condition();
  }
  /// What has been told of this topic since.
  std::vector<boost::json::object> told(protocol::Topic topic) {
    std::vector<boost::json::object> all;
    std::istringstream lines(ear.outbox().take(player.rev()));
    for (std::string line; std::getline(lines, line);) {
      const auto params = boost::json::parse(line).at("params").as_object();
      if (params.at("topic").as_string() == protocol::topic_name(topic)) all.push_back(params);
    }
    return all;
  }
  void listen() {
    events.add(ear);
    ear.subscribe({protocol::Topic::midi, protocol::Topic::bypass, protocol::Topic::scene,
                   protocol::Topic::params, protocol::Topic::swap},
                  {});
  }
  ~MidiRig() { events.remove(ear); }

  Subscriber ear{9, [] {}};
  MidiControl midi{io, audio, player, events};
};

TEST(Midi, APressBypassesAtItsFrameOfTheSameBlock) {
  MidiRig rig;
  rig.listen();
  rig.map(control(64), {.target = MidiTarget::bypass});
  const std::uint64_t block = rig.frame;
  const std::uint64_t rev = rig.player.rev();
  rig.send({0xB0, 64, 127}, 37);
  ASSERT_TRUE(rig.plays_until([&] { return rig.player.is_bypassed(); }));
  EXPECT_EQ(rig.player.rev(), rev + 1);
  const auto told = rig.told(protocol::Topic::bypass);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].at("frame").to_number<std::uint64_t>(), block + 37);
  rig.send({0xB0, 64, 0});
  rig.send({0xB0, 64, 127});
  EXPECT_TRUE(rig.plays_until([&] { return !rig.player.is_bypassed(); })) << "letting go is no press";
}

TEST(Midi, AControllerMovesASettingAndTheStateFollows) {
  MidiRig rig;
  rig.map(control(7), set_action("output_db", -20.0, 0.0));
  rig.send({0xB3, 7, 0});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.settings().output_db == -20.0; }));
  const float quiet = rig.play(6400, 0.5F).back();
  EXPECT_NEAR(quiet, 0.05F, 1e-4F);
  rig.map(control(8), {.target = MidiTarget::set, .key = "level_mode"});
  rig.send({0xB3, 8, 0});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.settings().level_mode == protocol::LevelMode::raw; }));
  rig.map(control(9), {.target = MidiTarget::set, .key = "fade_ms", .value = 333.0});
  rig.send({0xB3, 9, 63});
  rig.run_control();
  EXPECT_NE(rig.player.settings().fade_ms, 333.0) << "not pressed";
  rig.send({0xB3, 9, 64});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.settings().fade_ms == 333.0; }))
      << "a setting that is none of the rack's";
}

TEST(Midi, ProgramsBypassAndSetAsSwitchesDo) {
  MidiRig rig;
  rig.map({.kind = MidiKind::program, .number = 1}, {.target = MidiTarget::bypass});
  rig.map({.kind = MidiKind::program, .number = 2},
          {.target = MidiTarget::set, .key = "output_db", .value = -6.0});
  rig.send({0xC0, 1});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.is_bypassed(); }));
  rig.send({0xC0, 2});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.settings().output_db == -6.0; }));
  rig.send({0xC0, 1});
  EXPECT_TRUE(rig.plays_until([&] { return !rig.player.is_bypassed(); }));
}

TEST(Midi, OnlyTheChosenChannelIsHeard) {
  MidiRig rig;
  rig.map(control(64), {.target = MidiTarget::bypass});
  rig.midi.set({.channel = std::optional<std::uint8_t>(2)}, 0);
  rig.send({0xB0, 64, 127});
  rig.run_control();
  EXPECT_FALSE(rig.player.is_bypassed());
  EXPECT_EQ(rig.midi.messages(), 0U);
  rig.send({0xB1, 64, 127});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.is_bypassed(); }));
}

TEST(Midi, OtherMessagesAreNone) {
  MidiRig rig;
  rig.map(control(64), {.target = MidiTarget::bypass});
  for (const auto& bytes : std::vector<std::vector<std::uint8_t>>{
           {}, {0xB0}, {0xB0, 64}, {0xF8}, {0xE0, 64, 127}, {0xA0, 64, 127}, {0xD0, 64}, {0xF2, 64, 127}})
    rig.send(bytes);
  rig.run_control();
  EXPECT_EQ(rig.midi.messages(), 0U);
  EXPECT_FALSE(rig.player.is_bypassed());
}

struct MidiSceneRig : MidiRig {
  MidiSceneRig() {
    for (const char* name : {"a", "b", "c"}) {
      run(player.load({.name = name, .path = test::model_path("a1_nano")}, 0));
      run(player.swap({.name = name}, 0));
      player.save_scene({.name = std::string("scene ") + name}, 0);
    }
  }
  bool comes_to(const std::string& scene) {
    return plays_until([&] { return player.scenes().current() == "scene " + scene; });
  }
};

TEST(Midi, ProgramsChooseScenesByTheirNumberInTheSetlist) {
  MidiSceneRig rig;
  rig.send({0xC0, 0});
  EXPECT_TRUE(rig.comes_to("a"));
  EXPECT_EQ(rig.player.current(), "a");
  rig.player.save_setlist({.name = "tour", .scenes = {"scene a", "scene c", "scene a", "scene b"}}, 0);
  rig.player.use_setlist({.name = "tour"}, 0);
  rig.send({0xC5, 1});
  EXPECT_TRUE(rig.comes_to("c"));
  rig.send({0xC5, 2});
  EXPECT_TRUE(rig.comes_to("a"));
  EXPECT_EQ(rig.player.scenes().neighbour(1)->name, "scene b") << "it is the second time that a comes";
}

TEST(Midi, BankSelectChoosesTheBankOfTheProgram) {
  MidiSceneRig rig;
  rig.map({.kind = MidiKind::program, .number = 0, .bank = 129},
          {.target = MidiTarget::scene, .name = "scene b"});
  rig.midi.set({.programs = false}, 0);
  rig.send({0xC0, 0});
  rig.play_a_while();
  EXPECT_EQ(rig.player.scenes().current(), "scene c") << "programs choose nothing by themselves";
  const MidiEvent elsewhere[] = {MidiRig::make({0xB0, 0, 1}, 3), MidiRig::make({0xB0, 32, 1}, 4),
                                 MidiRig::make({0xC2, 0}, 5)};
  rig.send_all(elsewhere);
  rig.play_a_while();
  EXPECT_EQ(rig.player.scenes().current(), "scene c") << "each channel has its own bank";
  const MidiEvent events[] = {MidiRig::make({0xB2, 0, 1}, 3), MidiRig::make({0xB2, 32, 1}, 4),
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
    const std::string next = rig.player.scenes().current() == "scene a" ? "b" : "a";
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
  EXPECT_EQ(rig.player.scenes().current(), "scene a") << "the end of a note does nothing";
  rig.send({0x90, 59, 100});
  EXPECT_TRUE(rig.comes_to("c"));
  rig.send({0x90, 58, 100});
  EXPECT_TRUE(rig.plays_until([&] { return !rig.player.current(); }));
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
  EXPECT_EQ(rig.player.current(), "c");
}

// On the way from A to B and back to A, A's file is read only once, and A is what plays in the end.
TEST(Midi, AFootThatIsFasterThanAFileEndsWhereItWantedTo) {
  MidiSceneRig rig;
  rig.player.unload({.name = "a"}, 0);
  const MidiEvent events[] = {MidiRig::make({0xC0, 0}, 1), MidiRig::make({0xC0, 1}, 2),
                              MidiRig::make({0xC0, 0}, 3)};
  rig.send_all(events);
  ASSERT_TRUE(rig.plays_until([&] { return rig.player.open_changes() == 0 && rig.player.current() == "a"; }));
  for (int i = 0; i < 100; ++i) rig.run_control();
  EXPECT_EQ(rig.player.current(), "a") << "nothing that was asked for before comes later";
}

// The same where the way back leads to what still plays.
TEST(Midi, AFootThatTurnsBackBeforeAFileIsReadStaysWhereItWas) {
  MidiSceneRig rig;
  rig.player.unload({.name = "a"}, 0);
  const MidiEvent events[] = {MidiRig::make({0xC0, 0}, 1), MidiRig::make({0xC0, 2}, 2)};
  rig.send_all(events);
  rig.play_a_while();
  EXPECT_EQ(rig.player.open_changes(), 0U);
  EXPECT_EQ(rig.player.current(), "c");
  EXPECT_EQ(rig.player.scenes().current(), "scene c");
}

TEST(Midi, WhatAClientSetsAfterAPedalIsWhatIsHeard) {
  MidiRig rig;
  rig.map(control(7), set_action("output_db", -20.0, 0.0));
  const MidiEvent event = MidiRig::make({0xB0, 7, 0}, 0);
  std::vector<float> in(MidiRig::kBlock, 0.5F), out(MidiRig::kBlock);
  rig.audio.process(in.data(), out.data(), in.size(), rig.frame, {.midi = {&event, 1}});
  rig.frame += MidiRig::kBlock;
  rig.run(rig.player.set({.changes = {.output_db = 0.0}}, 0));
  EXPECT_NEAR(rig.play(6400, 0.5F).back(), 0.5F, 1e-4F);
  for (int i = 0; i < 50; ++i) rig.run_control();
  EXPECT_EQ(rig.player.settings().output_db, 0.0);
}

TEST(Midi, ASceneHoldsWhatAPedalHasJustChanged) {
  MidiRig rig;
  rig.map(control(64), {.target = MidiTarget::bypass});
  const MidiEvent event = MidiRig::make({0xB0, 64, 127}, 0);
  std::vector<float> in(MidiRig::kBlock, 0.5F), out(MidiRig::kBlock);
  rig.audio.process(in.data(), out.data(), in.size(), rig.frame, {.midi = {&event, 1}});
  rig.frame += MidiRig::kBlock;
  rig.player.save_scene({.name = "now"}, 0);
  EXPECT_TRUE(rig.player.scenes().require("now").bypass);
}

TEST(Midi, WhatCameBeforeIsNotLearned) {
  MidiRig rig;
  rig.map(control(64), {.target = MidiTarget::bypass});
  const MidiEvent events[] = {MidiRig::make({0xB0, 64, 127}, 0), MidiRig::make({0xB0, 65, 127}, 1)};
  std::vector<float> in(MidiRig::kBlock), out(MidiRig::kBlock);
  rig.audio.process(in.data(), out.data(), in.size(), rig.frame, {.midi = events});
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
  rig.player.rename_scene({.name = "scene a", .to = "scene z"}, 0);
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
  auto learned =
      boost::asio::co_spawn(rig.io, rig.midi.learn({.action = set_action("input_db", -10.0, 10.0)}, rig.ear),
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
  EXPECT_EQ(mapped.replaced, std::nullopt);
  EXPECT_FALSE(rig.player.is_bypassed()) << "the message that was learned has done nothing";
  EXPECT_FALSE(rig.midi.is_learning());
  rig.send({0xB2, 64, 127});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.settings().input_db == 10.0; }));
  rig.send({0xB0, 64, 127});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.is_bypassed(); })) << "other channels do as before";
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
  EXPECT_EQ(rig.player.scenes().current(), "scene c");
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

TEST(Midi, MappingsAreReplacedRemovedAndChecked) {
  MidiSceneRig rig;
  const std::uint64_t rev = rig.player.rev();
  rig.map(control(1), {.target = MidiTarget::scene, .name = "scene a"});
  EXPECT_EQ(rig.player.rev(), rev + 1);
  rig.map(control(1), {.target = MidiTarget::scene, .name = "scene a"});
  EXPECT_EQ(rig.player.rev(), rev + 1) << "nothing has changed";
  const MidiMapped mapped = rig.midi.map({.source = control(1), .action = {}, .if_rev = rev + 1}, 0);
  EXPECT_EQ(mapped.replaced->action.name, "scene a");
  EXPECT_EQ(rig.midi.midi_map().mappings.size(), 1U);
  EXPECT_EQ(error_of([&] { rig.map(control(2), {.target = MidiTarget::scene, .name = "none"}); }),
            ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { rig.map(control(2), {.target = MidiTarget::swap, .name = "none"}); }),
            ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { rig.midi.unmap({.source = control(1, 4)}, 0); }), ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { rig.midi.unmap({.if_rev = rev}, 0); }), ErrorCode::conflict);
  EXPECT_EQ(rig.midi.unmap({}, 0), 1U);
  const std::uint64_t before = rig.player.rev();
  EXPECT_EQ(rig.midi.unmap({}, 0), 0U);
  EXPECT_EQ(rig.player.rev(), before);
  for (std::size_t i = 0; i < MidiMap::kMaxMappings; ++i)
    rig.map(control(static_cast<std::uint8_t>(i % 128), i < 128 ? 1 : 2), {});
  EXPECT_EQ(error_of([&] { rig.map(control(1), {}); }), ErrorCode::limit);
}

TEST(Midi, AMappingFollowsTheSceneThatIsRenamed) {
  MidiSceneRig rig;
  rig.map(control(1), {.target = MidiTarget::scene, .name = "scene a"});
  rig.player.rename_scene({.name = "scene a", .to = "scene z"}, 0);
  rig.midi.rename_scene("scene a", "scene z");
  rig.send({0xB0, 1, 127});
  EXPECT_TRUE(rig.comes_to("z"));
}

TEST(Midi, WhatNobodyTakesIsCounted) {
  MidiRig rig;
  const std::vector<MidiEvent> events(MidiInput::kMaxNews + 9, MidiRig::make({0xB0, 64, 127}, 0));
  std::vector<float> in(MidiRig::kBlock), out(MidiRig::kBlock);
  rig.audio.process(in.data(), out.data(), in.size(), rig.frame, {.midi = events});
  EXPECT_EQ(rig.midi.messages(), events.size());
  EXPECT_EQ(rig.midi.dropped(), 9U);
}

// As many as there is room for, and the rest is counted; so few of them divide the block that its cost stays
// bounded.
TEST(Midi, AFloodIsBoundedAndCounted) {
  MidiRig rig;
  rig.listen();
  rig.map(control(64), {.target = MidiTarget::bypass, .mode = MidiSwitch::hold});
  std::vector<MidiEvent> flood;
  for (std::uint32_t i = 0; i < 2 * engine::Rack::kMaxActions; ++i)
    flood.push_back(MidiRig::make({0xB0, 64, static_cast<std::uint8_t>(i % 2 == 0 ? 127 : 0)}, i / 2));
  rig.send_all(flood);
  EXPECT_EQ(rig.midi.messages(), flood.size());
  EXPECT_EQ(rig.midi.dropped(), flood.size() - engine::Rack::kMaxActions);
  std::multiset<std::uint64_t> frames;
  EXPECT_TRUE(rig.plays_until([&] {
    for (const auto& event : rig.told(protocol::Topic::bypass))
      frames.insert(event.at("frame").to_number<std::uint64_t>());
    return frames.size() == engine::Rack::kMaxActions;
  }));
  EXPECT_EQ((std::set<std::uint64_t>(frames.begin(), frames.end()).size()), MidiInput::kMaxFramesPerBlock);
}

TEST(Midi, MappingsCanBeMadeWhileNoAudioRuns) {
  MidiRig rig;
  rig.player.set_running(false);
  for (int i = 0; i < 1000; ++i) rig.map(control(1, static_cast<std::uint8_t>(1 + i % 16)), {});
  rig.map(control(2), {.target = MidiTarget::bypass});
  rig.player.set_running(true);
  rig.send({0xB0, 2, 127});
  EXPECT_TRUE(rig.plays_until([&] { return rig.player.is_bypassed(); }));
}

TEST(Midi, TwoPressesOfNextAreTwoSteps) {
  MidiSceneRig rig;
  rig.map({.kind = MidiKind::note, .number = 60}, {.target = MidiTarget::next_scene});
  const MidiEvent events[] = {MidiRig::make({0x90, 60, 1}, 1), MidiRig::make({0x90, 60, 1}, 9)};
  rig.send_all(events);
  EXPECT_TRUE(rig.comes_to("b"));
  rig.player.unload({.name = "c"}, 0);
  rig.send_all(events);  // the first of them has to read a file
  EXPECT_TRUE(rig.comes_to("a"));
  EXPECT_EQ(rig.player.current(), "a");
}

}  // namespace
}  // namespace namrack::player
