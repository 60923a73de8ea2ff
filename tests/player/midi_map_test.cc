// The map of MIDI messages, what is prepared of it, and the audio thread's part.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <boost/json.hpp>
#include <thread>

#include "player/midi/midi_compiler.h"
#include "player/midi/midi_control.h"
#include "player/state/state_store.h"
#include "tests/player/midi_rig.h"

namespace namrack::player {
namespace {

TEST(MidiMap, TheMostParticularMappingAnswers) {
  MidiMap map;
  map.mappings = {
      {control(7), {.target = MidiTarget::bypass}},
      {control(7, 3), {.target = MidiTarget::next_scene}},
      {{.kind = MidiKind::program, .number = 7, .bank = 2}, {.target = MidiTarget::previous_scene}}};
  using Answering = std::vector<const MidiMapping*>;
  EXPECT_EQ(map.answering(message(MidiKind::control, 7, 1, 2)), Answering{&map.mappings[0]});
  EXPECT_EQ(map.answering(message(MidiKind::control, 7, 1, 3)), Answering{&map.mappings[1]});
  EXPECT_EQ(map.answering(message(MidiKind::note, 7, 1, 3)), Answering{});
  MidiMessage program = message(MidiKind::program, 7, 127);
  EXPECT_EQ(map.answering(program), Answering{});
  program.bank = 2;
  EXPECT_EQ(map.answering(program), Answering{&map.mappings[2]});
}

TEST(MidiMap, IsSavedAndReadBack) {
  SavedState state;
  state.midi.channel = 5;
  state.midi.programs = false;
  state.midi.mappings = {
      {control(7, 16), set_action(Setting::output_db, 0.0, -20.5)},
      {{.kind = MidiKind::note, .number = 36}, {.target = MidiTarget::bypass, .mode = MidiSwitch::inverse}},
      {{.kind = MidiKind::program, .number = 1, .bank = 300}, {.target = MidiTarget::scene, .name = "solo"}},
      {control(1), {.target = MidiTarget::swap}},
      {control(2),
       {.target = MidiTarget::set,
        .setting = Setting::level_mode,
        .value = static_cast<double>(LevelMode::raw)}},
  };
  EXPECT_EQ(saved_state_from_json(to_json(state), [](const std::string& lost) { ADD_FAILURE() << lost; }),
            state);
}

TEST(MidiMap, WhatCannotBeReadIsSkippedAndNothingElse) {
  std::size_t problems = 0;
  const auto document = boost::json::parse(R"({"channel": 17, "programs": true, "mappings": [
      {"message": "control", "number": 7, "action": "bypass"}, 5, {"message": "note"},
      {"message": "control", "number": 7, "action": "bypass"}]})");
  const MidiMap map = midi_map_from_json(document.as_object(), [&](const char*) { ++problems; });
  EXPECT_EQ(problems, 3U);
  EXPECT_EQ(map.channel, std::nullopt);
  ASSERT_EQ(map.mappings.size(), 1U) << "once";
  EXPECT_EQ(map.mappings[0].action.target, MidiTarget::bypass);
}

TEST(MidiTable, HoldsAnActionForEveryValue) {
  MidiMap map;
  map.mappings = {{control(7), set_action(Setting::output_db, -20.0, 10.0)},
                  {control(64), {.target = MidiTarget::bypass, .mode = MidiSwitch::hold}}};
  const engine::MidiTable table = compile(map, false);
  const auto action_at = [&](std::uint8_t number, std::uint8_t value) {
    return table.slots(message(MidiKind::control, number, value))[0].by_value[value].value();
  };
  const auto gain_at = [&](std::uint8_t value) { return action_at(7, value).settings[Setting::output_db]; };
  EXPECT_EQ(gain_at(0), -20.0);
  EXPECT_NEAR(gain_at(64).value(), -20.0 + 30.0 * 64.0 / 127.0, 1e-3);
  EXPECT_EQ(gain_at(127), 10.0);
  EXPECT_EQ(action_at(64, 63).bypass, engine::BypassSwitch::off);
  EXPECT_EQ(action_at(64, 64).bypass, engine::BypassSwitch::on);
  EXPECT_TRUE(table.slots(message(MidiKind::control, 8, 64)).empty());
  EXPECT_TRUE(table.slots(message(MidiKind::note, 7, 64)).empty());
  const engine::MidiTable learning = compile(map, true);
  EXPECT_TRUE(learning.slots(message(MidiKind::control, 7, 0)).empty());
  const engine::MidiSlot& release = learning.slots(message(MidiKind::control, 64, 0))[0];
  EXPECT_FALSE(release.by_value[64]);
  EXPECT_EQ(release.by_value[63]->bypass, engine::BypassSwitch::off);
}

TEST(MidiTable, WhatIsMappedForAChannelIsNotDoneForEachAsWell) {
  MidiMap map;
  map.mappings = {{control(7, 2), {.target = MidiTarget::next_scene}},
                  {control(7), {.target = MidiTarget::bypass}}};
  const engine::MidiTable table = compile(map, false);
  EXPECT_TRUE(table.slots(message(MidiKind::control, 7, 127, 1))[0].on_press);
  ASSERT_EQ(table.slots(message(MidiKind::control, 7, 127, 2)).size(), 1U);
  EXPECT_FALSE(table.slots(message(MidiKind::control, 7, 127, 2))[0].on_press)
      << "scenes are for the control thread";
}

TEST(MidiInput, TellsWhatHasActedAndWhere) {
  engine::Rig rig(48000.0);
  engine::MidiInput input;
  MidiMap map;
  map.mappings = {{control(64), {.target = MidiTarget::bypass}}};
  input.use(compile(map, false));
  const engine::MidiEvent events[] = {{.offset = 5, .size = 3, .bytes = {0xB0, 63, 127}},
                                      {.offset = 7, .size = 3, .bytes = {0xB0, 64, 127}}};
  input.process(events, 1000, 64, rig);
  const auto first = input.poll(), second = input.poll();
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(first->is_mapped);
  EXPECT_EQ(first->frame, 1005U);
  EXPECT_TRUE(second->is_mapped);
  EXPECT_EQ(second->frame, 1007U);
  EXPECT_FALSE(input.poll());
}

// Each table sets another gain at every value: what is not one of them comes from a table that is no more.
TEST(MidiInput, TablesAreExchangedWhileTheyAreUsed) {
  engine::Rig rig(48000.0);
  engine::MidiInput input;
  std::atomic<bool> ends{false};
  std::thread audio([&] {
    const std::vector<engine::MidiEvent> events(256, {.offset = 0, .size = 3, .bytes = {0xB0, 7, 100}});
    std::array<float, 16> block{};
    for (std::uint64_t frame = 1000; !ends; frame += block.size()) {
      input.process(events, frame, block.size(), rig);
      rig.process({block.data(), block.size()}, {block.data(), block.size()}, frame);
    }
  });
  const auto take = [&] {
    while (input.poll()) {
    }
    while (const auto report = rig.poll()) {
      const double gain = report->action.settings[Setting::output_db].value_or(0.5);
      EXPECT_EQ(gain, std::round(gain));
    }
  };
  for (int i = 0; i < 200; ++i) {
    MidiMap map;
    map.mappings = {{control(7), set_action(Setting::output_db, -(i % 40), -(i % 40))}};
    input.use(compile(map, false));
    for (int look = 0; look < 5; ++look) {
      input.tidy(true);
      take();
    }
  }
  ends = true;
  audio.join();
  take();
}

// Whatever number it is, and whether it is kept.
TEST(MidiInput, TheReportOfASettingHoldsItsExactValue) {
  constexpr double kValue = 12.3456789;
  engine::Rig rig(48000.0);
  engine::MidiInput input;
  MidiMap map;
  map.mappings = {{control(7), set_action(Setting::input_db, kValue, kValue)},
                  {control(8), {.target = MidiTarget::set, .setting = Setting::fade_ms, .value = kValue}}};
  map.mappings[0].action.keep = true;
  map.mappings[0].id = 1;
  map.mappings[1].id = 2;
  input.use(compile(map, false));
  const engine::MidiEvent events[] = {{.offset = 0, .size = 3, .bytes = {0xB0, 7, 0}},
                                      {.offset = 0, .size = 3, .bytes = {0xB0, 8, 127}}};
  input.process(events, 1000, 64, rig);
  std::array<float, 64> block{};
  rig.process({block.data(), block.size()}, {block.data(), block.size()}, 1000);
  const auto first = rig.poll(), second = rig.poll();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->action.settings, (SettingChanges{{Setting::input_db, 12.346}}));
  EXPECT_TRUE(first->action.is_kept);
  EXPECT_EQ(second->action.settings, (SettingChanges{{Setting::fade_ms, kValue}}));
  EXPECT_FALSE(second->action.is_kept);
}

}  // namespace
}  // namespace namrack::player
