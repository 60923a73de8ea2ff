#include <gtest/gtest.h>

#include <sstream>

#include "cli/commands/arguments.h"
#include "protocol/request.h"
#include "protocol/wire/json_text.h"

namespace namrack::cli {
namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::istringstream stream(line);
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// The parameters of "midi LINE", and proof that the protocol accepts them.
std::string params_of(const std::string& line) {
  const auto call = std::get<RemoteCall>(parse_arguments(words_of("midi " + line)).action);
  EXPECT_EQ(call.method, "midi." + line.substr(0, line.find(' ')));
  EXPECT_NO_THROW(protocol::make_request(call.method, call.params)) << line;
  return protocol::json_text(call.params);
}

void expect_usage_error(const std::string& line) {
  EXPECT_THROW(parse_arguments(words_of("midi " + line)), UsageError) << line;
}

TEST(MidiArguments, AMessageIsMappedToAnAction) {
  EXPECT_EQ(params_of("map note 60 bypass"), R"({"message":"note","number":60,"action":"bypass"})");
  EXPECT_EQ(params_of("map note 0 bypass --mode hold --channel 2 --if-rev 7"),
            R"({"message":"note","number":0,"channel":2,"action":"bypass","mode":"hold","if_rev":7})");
  EXPECT_EQ(params_of("map program 3 scene solo --bank 1"),
            R"({"message":"program","number":3,"bank":1,"action":"scene","name":"solo"})");
  EXPECT_EQ(params_of("map control 64 scene.next"),
            R"({"message":"control","number":64,"action":"scene.next"})");
  EXPECT_EQ(params_of("map control 64 swap lead"),
            R"({"message":"control","number":64,"action":"swap","name":"lead"})");
}

TEST(MidiArguments, MessagesAndActionsHaveShortNames) {
  EXPECT_EQ(params_of("map cc 64 next"), R"({"message":"control","number":64,"action":"scene.next"})");
  EXPECT_EQ(params_of("map pc 64 prev"), R"({"message":"program","number":64,"action":"scene.prev"})");
  EXPECT_EQ(params_of("learn next"), R"({"action":"scene.next"})");
  EXPECT_EQ(params_of("unmap pc 1 --bank 2"), R"({"message":"program","number":1,"bank":2})");
}

TEST(MidiArguments, ASettingFollowsOrIsSetToAValue) {
  EXPECT_EQ(params_of("map cc 7 set output_db"),
            R"({"message":"control","number":7,"action":"set","key":"output_db"})");
  EXPECT_EQ(params_of("map cc 7 set output_db --min 0 --max -20.5"),
            R"({"message":"control","number":7,"action":"set","min":0,"max":-20.5,"key":"output_db"})");
  EXPECT_EQ(params_of("map cc 7 set output_db=-6"),
            R"({"message":"control","number":7,"action":"set","key":"output_db","value":-6})");
  EXPECT_EQ(params_of("map pc 7 set level_mode=raw"),
            R"({"message":"program","number":7,"action":"set","key":"level_mode","value":"raw"})");
  for (const char* const wrong :
       {"map cc 7 set", "map cc 7 set =3", "map cc 7 set output_db=1 --min 0", "map cc 7 bypass --max 0"})
    expect_usage_error(wrong);
}

TEST(MidiArguments, TheDrySignalIsAskedForAsBySwap) {
  EXPECT_EQ(params_of("map pc 7 swap --dry"),
            R"({"message":"program","number":7,"action":"swap","name":null})");
  EXPECT_EQ(params_of("learn swap --none"), R"({"action":"swap","name":null})");
  for (const char* const wrong : {"map pc 7 swap lead --dry", "map pc 7 swap", "map pc 7 scene --dry",
                                  "map pc 7 bypass --dry", "map pc 7 set fade_ms=1 --none"})
    expect_usage_error(wrong);
}

TEST(MidiArguments, WhatAnActionDoesNotTakeIsAMistake) {
  for (const char* const wrong :
       {"map cc 7 scene", "map cc 7 bypass on", "map cc 7 next solo", "map cc 7 scene solo --mode hold",
        "map cc 7 bypass --bank 1", "map cc 7 bypass --mode maybe", "learn bypass on", "learn scene"})
    expect_usage_error(wrong);
}

TEST(MidiArguments, MessagesAreThoseOfMidi) {
  for (const char* const wrong :
       {"map knob 7 bypass", "map cc 128 bypass", "map cc -1 bypass", "map note C4 bypass",
        "map cc 7 bypass --channel 0", "map cc 7 bypass --channel 17", "map pc 7 bypass --bank 16384",
        "map cc 7 mute", "map cc 7", "map cc", "map"})
    expect_usage_error(wrong);
}

TEST(MidiArguments, PressesAndPedalsAreOptions) {
  EXPECT_EQ(params_of("map cc 64 bypass --press latching"),
            R"({"message":"control","number":64,"action":"bypass","press":"latching"})");
  EXPECT_EQ(
      params_of("map cc 64 next --press long --long-ms 750 --add"),
      R"({"message":"control","number":64,"action":"scene.next","press":"long","long_ms":750,"add":true})");
  EXPECT_EQ(
      params_of("map cc 7 set output_db --keep --takeover pickup"),
      R"({"message":"control","number":7,"action":"set","takeover":"pickup","keep":true,"key":"output_db"})");
  EXPECT_EQ(params_of("learn bypass --press double"), R"({"action":"bypass","press":"double"})");
  for (const char* const wrong : {"map cc 7 bypass --press twice", "map cc 7 bypass --keep",
                                  "map cc 7 set output_db=1 --takeover pickup",
                                  "map cc 7 bypass --long-ms 500", "map cc 7 set output_db --takeover later"})
    expect_usage_error(wrong);
}

TEST(MidiArguments, LearningWaitsSeconds) {
  EXPECT_EQ(params_of("learn bypass --wait 0.5"), R"({"action":"bypass","timeout_ms":500})");
  EXPECT_EQ(params_of("learn set input_db --min -12 --max 12 --wait 90 --if-rev 2"),
            R"({"action":"set","min":-12,"max":12,"timeout_ms":90000,"if_rev":2,"key":"input_db"})");
  for (const char* const wrong : {"learn", "learn bypass --wait 0", "learn bypass --wait 601", "learn fly"})
    expect_usage_error(wrong);
}

TEST(MidiArguments, UnmapTakesAMessageOrAll) {
  EXPECT_EQ(params_of("unmap cc 7"), R"({"message":"control","number":7})");
  EXPECT_EQ(params_of("unmap program 3 --channel 2 --bank 1 --if-rev 7"),
            R"({"message":"program","number":3,"channel":2,"bank":1,"if_rev":7})");
  EXPECT_EQ(params_of("unmap --all --if-rev 7"), R"({"all":true,"if_rev":7})");
  for (const char* const wrong : {"unmap", "unmap cc", "unmap cc 7 --all", "unmap --all --channel 3",
                                  "unmap --channel 3", "unmap cc 7 --bank 1"})
    expect_usage_error(wrong);
}

TEST(MidiArguments, SetTakesAChannelOrAllOfThem) {
  EXPECT_EQ(params_of("set --channel 3"), R"({"channel":3})");
  EXPECT_EQ(params_of("set --omni"), R"({"channel":null})");
  EXPECT_EQ(params_of("set --omni --programs on"), R"({"channel":null,"programs":true})");
  EXPECT_EQ(params_of("set --bank msb"), R"({"bank":"msb"})");
  EXPECT_EQ(params_of("set --programs off --if-rev 7"), R"({"programs":false,"if_rev":7})");
  for (const char* const wrong : {"set", "set --if-rev 7", "set --channel 3 --omni", "set --channel 0",
                                  "set --programs maybe", "set --bank all"})
    expect_usage_error(wrong);
}

TEST(MidiArguments, TheOthersTakeNothing) {
  EXPECT_EQ(params_of("list"), "{}");
  EXPECT_EQ(params_of("cancel"), "{}");
  for (const char* const wrong : {"", "fly", "list all", "cancel all"}) expect_usage_error(wrong);
}

TEST(MidiArguments, ASceneMayHaveTheNameOfACommand) {
  EXPECT_EQ(params_of("map pc 1 scene list"),
            R"({"message":"program","number":1,"action":"scene","name":"list"})");
  EXPECT_EQ(params_of("learn scene midi"), R"({"action":"scene","name":"midi"})");
}

}  // namespace
}  // namespace namrack::cli
