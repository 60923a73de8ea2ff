// What a press is, several things that one message does, and the banks of programs.
#include <gtest/gtest.h>

#include <vector>

#include "player/midi/midi_control.h"
#include "player/state/state_store.h"
#include "tests/player/error_of.h"
#include "tests/player/midi_rig.h"

namespace namrack::player {
namespace {

using protocol::ErrorCode;
using protocol::MidiBank;

constexpr std::uint32_t kSecond = 48000;

struct SwitchRig : MidiRig {
  SwitchRig() { listen(); }
  void send_at(std::vector<std::uint8_t> bytes, std::uint32_t at) {
    ASSERT_GE(at, frame) << "in the past";
    while (frame + kBlock <= at) play(kBlock);
    send(std::move(bytes), at - frame);
  }
  void play_until(std::uint32_t at) {
    while (frame < at) {
      play(kBlock);
      run_control();
    }
  }
  /// Frames at which bypass was switched since.
  std::vector<std::uint32_t> switched() {
    play_a_while();
    std::vector<std::uint32_t> frames;
    for (const auto& event : told(protocol::Topic::bypass))
      frames.push_back(event.at("frame").to_number<std::uint32_t>());
    return frames;
  }
};

TEST(MidiPress, ALatchingPedalIsPressedByEveryMessageAtItsFrame) {
  SwitchRig rig;
  rig.map(control(64), {.press = MidiPress::latching});
  const std::uint32_t start = rig.frame;
  rig.send_at({0xB0, 64, 127}, start + 70);
  rig.send_at({0xB0, 64, 0}, start + 1001);
  rig.send_at({0xB0, 64, 127}, start + 2002);
  EXPECT_EQ(rig.switched(), (std::vector<std::uint32_t>{start + 70, start + 1001, start + 2002}));
  EXPECT_TRUE(rig.player.state().is_bypassed());
}

TEST(MidiPress, ALatchingPedalStepsThroughScenes) {
  MidiSceneRig rig;
  rig.map(control(64), {.target = MidiTarget::next_scene, .press = MidiPress::latching});
  rig.send({0xB0, 64, 127});
  EXPECT_TRUE(rig.comes_to("a"));
  rig.send({0xB0, 64, 0});
  EXPECT_TRUE(rig.comes_to("b"));
}

TEST(MidiPress, ALongOneActsWhenItHasBeenHeldForSoLong) {
  SwitchRig rig;
  rig.map(control(64), {.press = MidiPress::long_press, .long_ms = 500.0});
  const std::uint32_t pressed = rig.frame + 70;
  rig.send_at({0xB0, 64, 127}, pressed);
  rig.send_at({0xB0, 64, 0}, pressed + kSecond / 2 - 1);
  EXPECT_TRUE(rig.switched().empty()) << "a frame too short";
  const std::uint32_t again = rig.frame + 70;
  rig.send_at({0xB0, 64, 127}, again);
  rig.play_until(again + kSecond);
  rig.send({0xB0, 64, 0});
  EXPECT_EQ(rig.switched(), std::vector<std::uint32_t>{again + kSecond / 2}) << "once";
  const std::uint32_t third = rig.frame + 70;
  rig.send_at({0xB0, 64, 127}, third);
  rig.send_at({0xB0, 64, 0}, third + kSecond / 2);
  EXPECT_EQ(rig.switched(), std::vector<std::uint32_t>{third + kSecond / 2}) << "just long enough";
}

TEST(MidiPress, ALongOneOfANoteChoosesAScene) {
  MidiSceneRig rig;
  rig.map({.kind = MidiKind::note, .number = 60},
          {.target = MidiTarget::scene, .name = "scene a", .press = MidiPress::long_press, .long_ms = 20.0});
  rig.send({0x90, 60, 1});
  rig.send({0x80, 60, 0});
  rig.play_a_while();
  EXPECT_EQ(rig.player.show().book().current(), "scene c");
  rig.send({0x90, 60, 1});
  EXPECT_TRUE(rig.comes_to("a"));
}

TEST(MidiPress, ASwitchThatWasHeldWhenTheServerWentAwayIsForgotten) {
  SwitchRig rig;
  rig.map(control(64), {.press = MidiPress::long_press, .long_ms = 500.0});
  rig.send({0xB0, 64, 127});
  rig.frame += 10 * kSecond;
  EXPECT_TRUE(rig.switched().empty());
}

TEST(MidiPress, ADoubleOneActsWithTheSecondInTime) {
  SwitchRig rig;
  rig.map(control(64), {.press = MidiPress::double_press});
  const auto frames = static_cast<std::uint32_t>(kDoublePressMs * 1e-3 * kSecond);
  const std::uint32_t first = rig.frame + 70;
  rig.send_at({0xB0, 64, 127}, first);
  rig.send_at({0xB0, 64, 0}, first + 100);
  rig.send_at({0xB0, 64, 127}, first + frames + 1);  // too late: a first one
  rig.send_at({0xB0, 64, 127}, first + 2 * frames + 1);
  rig.send_at({0xB0, 64, 127}, first + 2 * frames + 200);  // the third is a first one, too
  EXPECT_EQ(rig.switched(), std::vector<std::uint32_t>{first + 2 * frames + 1});
}

TEST(MidiPress, AProgramBypassesAtItsFrameAndTwiceCounts) {
  SwitchRig rig;
  rig.map({.kind = MidiKind::program, .number = 3}, {});
  rig.map({.kind = MidiKind::program, .number = 4}, {.press = MidiPress::double_press});
  const std::uint32_t start = rig.frame;
  rig.send_at({0xC0, 3}, start + 71);
  rig.send_at({0xC0, 4}, start + 200);
  rig.send_at({0xC0, 4}, start + 333);
  EXPECT_EQ(rig.switched(), (std::vector<std::uint32_t>{start + 71, start + 333}));
}

TEST(MidiPress, LearningTakesIt) {
  SwitchRig rig;
  auto learned = boost::asio::co_spawn(
      rig.io, rig.midi.learn({.action = {.press = MidiPress::long_press, .long_ms = 30.0}}, rig.ear),
      boost::asio::use_future);
  rig.run_control();
  rig.send({0xC0, 3});  // has no end
  EXPECT_TRUE(rig.midi.is_learning());
  rig.send({0xB0, 64, 127});
  EXPECT_EQ(rig.finish(std::move(learned)).mapping.action.press, MidiPress::long_press);
}

TEST(MidiSeveral, AMessageDoesAllAtItsFrameInOrder) {
  MidiSceneRig rig;
  rig.listen();
  rig.map(control(1), {.target = MidiTarget::scene, .name = "scene a"});
  const auto add = [&](MidiAction action) {
    return rig.midi.map({.source = control(1), .action = std::move(action), .add = true}, 0);
  };
  EXPECT_TRUE(add({}).replaced.empty());
  add({.target = MidiTarget::set, .setting = Setting::output_db, .value = -6.0});
  const std::uint64_t rev = rig.player.state().rev();
  add({});
  EXPECT_EQ(rig.player.state().rev(), rev) << "it does so already";
  const std::uint64_t at = rig.frame + 21;
  rig.send({0xB0, 1, 127}, 21);
  // The scene is ready later, and sets both back.
  std::vector<boost::json::object> bypass, params;
  std::size_t actions = 0;
  EXPECT_TRUE(rig.plays_until([&] {
    std::istringstream lines(rig.ear.outbox().take(rig.player.state().rev()));
    for (std::string line; std::getline(lines, line);) {
      const auto event = boost::json::parse(line).at("params").as_object();
      if (event.at("topic") == "bypass") bypass.push_back(event);
      if (event.at("topic") == "params") params.push_back(event);
      const boost::json::value* const all = event.at("data").as_object().if_contains("actions");
      if (event.at("topic") == "midi" && all != nullptr) actions = all->as_array().size();
    }
    return rig.player.show().book().current() == "scene a";
  }));
  EXPECT_EQ(actions, 3U);
  ASSERT_FALSE(bypass.empty());
  ASSERT_FALSE(params.empty());
  EXPECT_EQ(bypass[0].at("frame").to_number<std::uint64_t>(), at);
  EXPECT_EQ(params[0].at("frame").to_number<std::uint64_t>(), at);
}

TEST(MidiSeveral, LongAndShortPressesOfASwitchDoDifferentThings) {
  SwitchRig rig;
  rig.map(control(64), {.target = MidiTarget::set, .setting = Setting::output_db, .value = -6.0});
  rig.midi.map(
      {.source = control(64), .action = {.press = MidiPress::long_press, .long_ms = 100.0}, .add = true}, 0);
  rig.send({0xB0, 64, 127});
  rig.send({0xB0, 64, 0});
  rig.play_until(rig.frame + kSecond / 4);
  EXPECT_EQ(rig.player.state().settings()[Setting::output_db], -6.0);
  EXPECT_FALSE(rig.player.state().is_bypassed());
  rig.send({0xB0, 64, 127});
  rig.play_until(rig.frame + kSecond / 4);
  EXPECT_TRUE(rig.player.state().is_bypassed());
}

TEST(MidiSeveral, WithoutAddAllIsReplacedAndUnmapTakesAllBack) {
  MidiRig rig;
  rig.map(control(1), {});
  rig.map(control(2), {});
  rig.midi.map({.source = control(1), .action = set_action(Setting::input_db, 0.0, 1.0), .add = true}, 0);
  const MidiMapped mapped = rig.midi.map({.source = control(1), .action = {.mode = MidiSwitch::hold}}, 0);
  EXPECT_EQ(mapped.replaced.size(), 2U);
  ASSERT_EQ(rig.midi.midi_map().mappings.size(), 2U);
  EXPECT_EQ(rig.midi.midi_map().mappings[0].action.mode, MidiSwitch::hold) << "in its place";
  rig.midi.map({.source = control(1), .action = {}, .add = true}, 0);
  EXPECT_EQ(rig.midi.unmap({.source = control(1)}, 0), 2U);
  for (std::size_t i = 0; i < MidiMap::kMaxOfOneMessage; ++i)
    rig.midi.map({.source = control(3),
                  .action = set_action(Setting::input_db, 0.0, static_cast<double>(i)),
                  .add = true},
                 0);
  EXPECT_EQ(error_of([&] { rig.midi.map({.source = control(3), .action = {}, .add = true}, 0); }),
            ErrorCode::limit);
}

TEST(MidiSeveral, TheMapIsSavedAndReadBack) {
  SavedState state;
  state.midi.bank = MidiBank::msb;
  state.midi.mappings = {
      {control(7),
       {.target = MidiTarget::set,
        .setting = Setting::output_db,
        .min = -20.0,
        .max = 0.0,
        .takeover = protocol::MidiTakeover::pickup,
        .keep = true}},
      {control(7), {.press = MidiPress::latching}},
      {control(7), {.press = MidiPress::long_press, .long_ms = 750.0}},
      {control(7), {.target = MidiTarget::next_scene, .press = MidiPress::double_press}},
  };
  EXPECT_EQ(saved_state_from_json(to_json(state), [](const std::string& lost) { ADD_FAILURE() << lost; }),
            state);
}

TEST(MidiSeveral, AFileOfAnOlderVersionIsRead) {
  const auto document = boost::json::parse(R"({"channel": 3, "programs": false, "mappings": [
      {"message": "control", "number": 7, "action": "set", "key": "output_db", "min": -20, "max": 0},
      {"message": "note", "number": 60, "action": "bypass", "mode": "hold"}]})");
  const MidiMap map =
      midi_map_from_json(document.as_object(), [](const char* problem) { ADD_FAILURE() << problem; });
  EXPECT_EQ(map.channel, 3);
  EXPECT_EQ(map.bank, MidiBank::both);
  EXPECT_EQ(map.mappings.size(), 2U);
}

TEST(MidiBank, AControllerThatIsMappedIsNoBankSelect) {
  MidiSceneRig rig;
  rig.map(control(0), {.target = MidiTarget::bypass});
  rig.map(control(32, 3), {.target = MidiTarget::bypass});
  rig.send({0xB0, 0, 127});
  rig.send({0xB0, 0, 127});
  rig.send({0xC0, 0});
  EXPECT_TRUE(rig.comes_to("a"));
  rig.send({0xB2, 32, 5});
  rig.send({0xC2, 1});
  EXPECT_TRUE(rig.comes_to("b")) << "on the channel of its mapping";
  rig.send({0xB3, 32, 5});
  rig.send({0xC3, 0});
  rig.play_a_while();
  EXPECT_EQ(rig.player.show().book().current(), "scene b") << "on another one it is";
}

TEST(MidiBank, WhatAControllerWasBeforeItWasMappedIsNoBankEither) {
  MidiSceneRig rig;
  rig.send({0xB0, 0, 1});
  rig.map(control(0), {.target = MidiTarget::bypass});
  rig.send({0xC0, 0});
  EXPECT_TRUE(rig.comes_to("a"));
  rig.send({0xB0, 0, 1});
  rig.midi.unmap({.source = control(0)}, 0);
  rig.send({0xC0, 1});
  EXPECT_TRUE(rig.comes_to("b")) << "it was a press, and no bank";
}

TEST(MidiBank, IsChosenAsTheMapSays) {
  const auto place_of = [](MidiBank bank) {
    MidiRig rig;
    rig.listen();
    rig.midi.set({.bank = bank}, 0);
    rig.told(protocol::Topic::midi);
    const engine::MidiEvent events[] = {MidiRig::make({0xB0, 0, 1}, 3), MidiRig::make({0xB0, 32, 2}, 4),
                                        MidiRig::make({0xC0, 5}, 5)};
    rig.send_all(events);
    const auto told = rig.told(protocol::Topic::midi);
    return told.at(2).at("data").at("action").at("place").to_number<int>();
  };
  EXPECT_EQ(place_of(MidiBank::both), 128 * (128 * 1 + 2) + 5);
  EXPECT_EQ(place_of(MidiBank::msb), 128 * 1 + 5);
  EXPECT_EQ(place_of(MidiBank::lsb), 128 * 2 + 5);
  EXPECT_EQ(place_of(MidiBank::ignore), 5);
}

TEST(MidiBank, AControllerThatChoosesNoneCanBeLearned) {
  MidiRig rig;
  rig.midi.set({.bank = MidiBank::msb}, 0);
  auto learned =
      boost::asio::co_spawn(rig.io, rig.midi.learn({.action = {}}, rig.ear), boost::asio::use_future);
  rig.run_control();
  rig.send({0xB0, 0, 127});
  EXPECT_TRUE(rig.midi.is_learning());
  rig.send({0xB0, 32, 127});
  EXPECT_EQ(rig.finish(std::move(learned)).mapping.source, control(32, 1));
}

}  // namespace
}  // namespace namrack::player
