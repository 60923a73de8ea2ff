#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/text/result_text.h"
#include "tests/cli/plain_style.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

json::object mapped(const json::object& mapping, const json::value& replaced = nullptr) {
  return {{"mapping", mapping}, {"replaced", replaced}, {"rev", 3}};
}

/// What a control that is mapped to this action does.
std::string action_of(const json::object& action) {
  json::object mapping{{"message", "control"}, {"number", 7}};
  for (const auto& [key, value] : action) mapping[key] = value;
  const std::string text = result_text("midi.map", mapped(mapping), kPlain);
  const std::string begin = "mapped control 7: ";
  EXPECT_THAT(text, StartsWith(begin));
  return text.substr(begin.size());
}

TEST(MidiText, MappingTellsMessageAndAction) {
  const json::object program{{"message", "program"}, {"number", 3},       {"bank", 1},
                             {"channel", 2},         {"action", "scene"}, {"name", "solo"}};
  EXPECT_EQ(result_text("midi.map", mapped(program), kPlain),
            "mapped program 3 of bank 1 on channel 2: scene solo\n");
  EXPECT_EQ(result_text("midi.learn", mapped(program), kPlain),
            "learned program 3 of bank 1 on channel 2: scene solo\n");
}

TEST(MidiText, MappingTellsWhatTheMessageDidBefore) {
  const json::object now{{"message", "note"}, {"number", 60}, {"action", "scene.next"}};
  const json::object before{{"message", "note"}, {"number", 60}, {"action", "bypass"}, {"mode", "hold"}};
  EXPECT_EQ(result_text("midi.map", mapped(now, before), kPlain),
            "mapped note 60: next scene; before: bypass hold\n");
}

TEST(MidiText, MappingTellsAllThatTheMessageDidBefore) {
  const json::object now{{"message", "note"}, {"number", 60}, {"action", "scene.next"}};
  json::object result = mapped(now, json::object{{"action", "bypass"}, {"mode", "toggle"}});
  result["also_replaced"] = json::array{json::object{{"action", "scene.prev"}, {"press", "double"}}};
  EXPECT_EQ(result_text("midi.map", result, kPlain),
            "mapped note 60: next scene; before: bypass toggle and previous scene, double press\n");
}

TEST(MidiText, PressesAndPedalsAreSaidWhereTheyAreNotTheUsual) {
  EXPECT_EQ(action_of({{"action", "scene.next"}, {"press", "latching"}}), "next scene, latching press\n");
  EXPECT_EQ(action_of({{"action", "scene.next"}, {"press", "long"}, {"long_ms", 750}}),
            "next scene, held for 750 ms\n");
  EXPECT_EQ(action_of({{"action", "set"}, {"key", "output_db"}, {"min", -20}, {"max", 0}, {"keep", true}}),
            "set output_db -20 to 0 dB, kept\n");
  EXPECT_EQ(action_of({{"action", "set"}, {"key", "level_mode"}, {"takeover", "pickup"}, {"keep", true}}),
            "set level_mode raw to calibrated, picked up, kept\n");
}

TEST(MidiText, EachActionIsSaidInWordsWithItsUnit) {
  EXPECT_EQ(action_of({{"action", "bypass"}, {"mode", "toggle"}}), "bypass toggle\n");
  EXPECT_EQ(action_of({{"action", "scene.next"}}), "next scene\n");
  EXPECT_EQ(action_of({{"action", "scene.prev"}}), "previous scene\n");
  EXPECT_EQ(action_of({{"action", "swap"}, {"name", "lead"}}), "swap lead\n");
  EXPECT_EQ(action_of({{"action", "swap"}, {"name", nullptr}}), "swap dry signal\n");
  EXPECT_EQ(action_of({{"action", "set"}, {"key", "output_db"}, {"min", -20}, {"max", 0.5}}),
            "set output_db -20 to 0.5 dB\n");
  EXPECT_EQ(action_of({{"action", "set"}, {"key", "output_db"}, {"value", -6}}), "set output_db to -6 dB\n");
  EXPECT_EQ(action_of({{"action", "set"}, {"key", "level_mode"}, {"value", "raw"}}),
            "set level_mode to raw\n");
  EXPECT_EQ(action_of({{"action", "set"}, {"key", "level_mode"}}), "set level_mode raw to calibrated\n");
}

TEST(MidiText, ActionsOfALaterDaemonAreShownByTheirNames) {
  EXPECT_EQ(action_of({{"action", "tap"}}), "tap\n");
  EXPECT_EQ(action_of({{"action", "set"}, {"key", "reverb"}}), "set reverb\n");
  EXPECT_EQ(action_of({{"action", "set"}, {"key", "reverb"}, {"min", 0}, {"max", 1}}), "set reverb 0 to 1\n");
}

TEST(MidiText, MappingsAreATableAndALineAboutTheRest) {
  const json::object result{
      {"channel", nullptr},
      {"programs", true},
      {"mappings",
       {{{"message", "control"},
         {"number", 7},
         {"action", "set"},
         {"key", "output_db"},
         {"min", -20},
         {"max", 0}},
        {{"message", "program"},
         {"number", 103},
         {"bank", 12},
         {"channel", 2},
         {"action", "scene"},
         {"name", "solo"}},
        {{"message", "program"}, {"number", 3}, {"action", "swap"}, {"name", nullptr}},
        {{"message", "note"}, {"number", 60}, {"action", "bypass"}, {"mode", "toggle"}}}},
      {"learning", false},
      {"messages", 1200},
      {"dropped", 0}};
  EXPECT_EQ(result_text("midi.list", result, kPlain),
            "MESSAGE  NUMBER  CHANNEL  BANK  ACTION\n"
            "control       7     each     -  set output_db -20 to 0 dB\n"
            "program     103        2    12  scene solo\n"
            "program       3     each  each  swap dry signal\n"
            "note         60     each     -  bypass toggle\n"
            "channel: each, programs choose scenes: yes, 1,200 messages, 0 dropped\n");
}

TEST(MidiText, WithoutMappingsTheRestIsToldAllTheSame) {
  const json::object result{{"channel", 3},     {"programs", false}, {"mappings", json::array{}},
                            {"learning", true}, {"messages", 1},     {"dropped", 2}};
  EXPECT_EQ(result_text("midi.list", result, kPlain),
            "no mappings\n"
            "channel: 3, programs choose scenes: no, 1 message, 2 dropped, learning\n");
}

TEST(MidiText, AnotherBankAndWhatIsMalformedAreTold) {
  const json::object result{
      {"channel", 3},   {"programs", true}, {"bank", "msb"}, {"mappings", json::array{}},
      {"messages", 12}, {"dropped", 0},     {"malformed", 4}};
  EXPECT_EQ(result_text("midi.list", result, kPlain),
            "no mappings\n"
            "channel: 3, programs choose scenes: yes, bank: msb, 12 messages, 0 dropped, 4 malformed\n");
}

TEST(MidiText, TheOthersSayWhatTheyDid) {
  EXPECT_EQ(result_text("midi.unmap", {{"removed", 1}, {"rev", 3}}, kPlain), "removed 1 mapping\n");
  EXPECT_EQ(result_text("midi.unmap", {{"removed", 12}, {"rev", 3}}, kPlain), "removed 12 mappings\n");
  EXPECT_EQ(result_text("midi.unmap", {{"removed", 0}, {"rev", 3}}, kPlain), "nothing was mapped\n");
  EXPECT_EQ(result_text("midi.set", {{"channel", 3}, {"programs", false}}, kPlain),
            "channel: 3, programs choose scenes: no\n");
  EXPECT_EQ(result_text("midi.set", {{"channel", nullptr}, {"programs", true}}, kPlain),
            "channel: each, programs choose scenes: yes\n");
  EXPECT_EQ(result_text("midi.cancel", {{"cancelled", true}}, kPlain), "learning cancelled\n");
  EXPECT_EQ(result_text("midi.cancel", {{"cancelled", false}}, kPlain), "nothing was learning\n");
}

TEST(MidiText, TheStatusTellsWhatCameAndWhatWasLost) {
  json::object status{{"midi", {{"mappings", 3}, {"messages", 1200}, {"dropped", 0}}}};
  EXPECT_THAT(result_text("status", status, kPlain), HasSubstr("MIDI      3 mappings, 1,200 messages\n"));
  EXPECT_THAT(result_text("status", status, kPlain), Not(HasSubstr("dropped")));
  status.at("midi").as_object()["connected"] = true;
  EXPECT_THAT(result_text("status", status, kPlain), HasSubstr("1,200 messages\n"));
  status.at("midi").as_object()["connected"] = false;
  EXPECT_THAT(result_text("status", status, kPlain),
              HasSubstr("3 mappings, 1,200 messages, nothing connected to the MIDI port\n"));
  status["midi"] = {{"mappings", 1}, {"messages", 1}, {"dropped", 1}};
  EXPECT_THAT(result_text("status", status, kPlain), HasSubstr("MIDI      1 mapping, 1 message\n"));
  EXPECT_THAT(result_text("status", status, kPlain),
              HasSubstr("1 MIDI message dropped: came faster than could be carried out\n"));
  EXPECT_THAT(result_text("status", {}, kPlain), Not(HasSubstr("MIDI")));
}

TEST(MidiText, NamesCannotControlTheTerminal) {
  const json::object mapping{
      {"message", "\x1b[2J"}, {"number", 1}, {"action", "scene"}, {"name", "a\x1b[2J"}};
  const json::object setting{{"action", "set"}, {"key", "\x1b[2J"}, {"value", "\x1b[2J"}};
  for (const std::string& text : {result_text("midi.map", mapped(mapping, setting), kPlain),
                                  result_text("midi.learn", mapped(setting, mapping), kPlain),
                                  result_text("midi.list", {{"mappings", {mapping, setting}}}, kPlain)}) {
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  }
}

}  // namespace
}  // namespace namrack::cli
