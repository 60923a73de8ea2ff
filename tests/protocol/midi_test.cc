#include "protocol/midi.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "protocol/parameter_json.h"
#include "protocol/request.h"
#include "protocol/wire/json_text.h"

namespace namrack::protocol {
namespace {

namespace json = boost::json;

json::object object_of(const char* text) {
  return json::parse(text).as_object();
}

/// What a mapping of these parameters sets at `value`, as JSON.
std::string set_at(const char* params, int value) {
  const auto request = std::get<MidiMapRequest>(make_request("midi.map", object_of(params)));
  return json_text(changes_json(kSettings, setting_at(request.action, request.source.kind, value)));
}

/// Why parameters are refused: "param: message".
std::string refusal(const char* method, const char* params) {
  try {
    make_request(method, object_of(params));
  } catch (const ProtocolError& error) {
    EXPECT_EQ(error.code(), ErrorCode::params) << params;
    const json::value* const param = error.data().if_contains("param");
    return (param != nullptr ? json_text(*param) + ": " : "") + error.message();
  }
  return "accepted";
}

TEST(Midi, ASettingFollowsFromItsMinToItsMax) {
  const char* const range = R"({"message":"control","number":7,"action":"set","key":"output_db",
                                "min":-20,"max":0})";
  EXPECT_EQ(set_at(range, 0), R"({"output_db":-20})");
  EXPECT_EQ(set_at(range, 127), R"({"output_db":0})");
  const char* const reverse = R"({"message":"control","number":7,"action":"set","key":"output_db",
                                  "min":0,"max":-20})";
  EXPECT_EQ(set_at(reverse, 0), R"({"output_db":0})");
  EXPECT_EQ(set_at(reverse, 127), R"({"output_db":-20})");
  const char* const all = R"({"message":"control","number":7,"action":"set","key":"output_db"})";
  EXPECT_EQ(set_at(all, 0), R"({"output_db":-60})");
  EXPECT_EQ(set_at(all, 127), R"({"output_db":40})");
}

TEST(Midi, WhatFollowsIsRoundedToThousandths) {
  const char* const range = R"({"message":"control","number":7,"action":"set","key":"output_db",
                                "min":-20,"max":0})";
  EXPECT_EQ(set_at(range, 1), R"({"output_db":-19.843})");
  EXPECT_EQ(set_at(range, 126), R"({"output_db":-0.157})");
}

TEST(Midi, WordsShareTheRangeOfAControllerEqually) {
  const char* const words = R"({"message":"control","number":7,"action":"set","key":"level_mode"})";
  EXPECT_EQ(set_at(words, 0), R"({"level_mode":"raw"})");
  EXPECT_EQ(set_at(words, 42), R"({"level_mode":"raw"})");
  EXPECT_EQ(set_at(words, 43), R"({"level_mode":"normalized"})");
  EXPECT_EQ(set_at(words, 85), R"({"level_mode":"normalized"})");
  EXPECT_EQ(set_at(words, 86), R"({"level_mode":"calibrated"})");
  EXPECT_EQ(set_at(words, 127), R"({"level_mode":"calibrated"})");
}

TEST(Midi, AGivenValueIsSetByAPressOnly) {
  const char* const control =
      R"({"message":"control","number":7,"action":"set","key":"output_db","value":-6})";
  EXPECT_EQ(set_at(control, 63), "{}");
  EXPECT_EQ(set_at(control, 64), R"({"output_db":-6})");
  const char* const note = R"({"message":"note","number":7,"action":"set","key":"level_mode","value":"raw"})";
  EXPECT_EQ(set_at(note, 0), "{}");
  EXPECT_EQ(set_at(note, 1), R"({"level_mode":"raw"})");
  const char* const program =
      R"({"message":"program","number":7,"action":"set","key":"output_db","value":1})";
  EXPECT_EQ(set_at(program, 0), R"({"output_db":1})");
}

TEST(Midi, ASettingFollowsHowHardANoteIsPlayedAndNotItsEnd) {
  const char* const note = R"({"message":"note","number":60,"action":"set","key":"output_db",
                               "min":-12.7,"max":0})";
  EXPECT_EQ(set_at(note, 100), R"({"output_db":-2.7})");
  EXPECT_EQ(set_at(note, 0), "{}");
}

TEST(Midi, NotesArePressedByAnyVelocityAndControllersFromTheMiddleOn) {
  EXPECT_FALSE(is_pressed(MidiKind::note, 0));
  EXPECT_TRUE(is_pressed(MidiKind::note, 1));
  EXPECT_FALSE(is_pressed(MidiKind::control, 63));
  EXPECT_TRUE(is_pressed(MidiKind::control, 64));
  EXPECT_TRUE(is_pressed(MidiKind::program, 0));
}

TEST(Midi, AProgramCannotDoWhatNeedsAValueOrAnEnd) {
  const MidiAction follows{.target = MidiTarget::set, .setting = Setting::output_db};
  const MidiAction sets{.target = MidiTarget::set, .setting = Setting::output_db, .value = 1.0};
  const MidiAction holds{.mode = MidiSwitch::hold};
  const MidiAction inverts{.mode = MidiSwitch::inverse};
  for (const MidiKind kind : {MidiKind::note, MidiKind::control}) {
    for (const MidiAction& action : {follows, sets, holds, inverts, MidiAction{}})
      EXPECT_TRUE(can_do(kind, action));
  }
  for (const MidiAction& action : {follows, holds, inverts}) EXPECT_FALSE(can_do(MidiKind::program, action));
  for (const MidiAction& action : {sets, MidiAction{}, MidiAction{.target = MidiTarget::next_scene}})
    EXPECT_TRUE(can_do(MidiKind::program, action));
}

TEST(Midi, AMappingSurvivesTheWayThroughJson) {
  for (
      const char* const params :
      {R"({"message":"note","number":0,"action":"bypass","mode":"toggle"})",
       R"({"message":"control","number":127,"channel":16,"action":"bypass","mode":"hold"})",
       R"({"message":"note","number":60,"channel":1,"action":"bypass","mode":"inverse"})",
       R"({"message":"program","number":3,"channel":2,"bank":16383,"action":"scene","name":"solo"})",
       R"({"message":"program","number":3,"bank":0,"action":"swap","name":null})",
       R"({"message":"control","number":64,"action":"swap","name":"lead"})",
       R"({"message":"control","number":64,"action":"scene.next"})",
       R"({"message":"control","number":65,"action":"scene.prev"})",
       R"({"message":"control","number":7,"action":"set","key":"output_db","min":-20,"max":0.5})",
       R"({"message":"control","number":8,"action":"set","key":"output_db","value":-6})",
       R"({"message":"control","number":9,"action":"set","key":"level_mode","value":"raw"})",
       R"({"message":"control","number":9,"action":"set","key":"level_mode"})",
       R"({"message":"control","number":9,"action":"set","key":"level_mode","keep":true})",
       R"({"message":"control","number":7,"action":"set","key":"output_db","min":-20,"max":0,"takeover":"pickup"})",
       R"({"message":"control","number":8,"action":"set","key":"output_db","value":-6,"press":"latching"})",
       R"({"message":"note","number":0,"action":"bypass","mode":"toggle","press":"long","long_ms":750})",
       R"({"message":"program","number":3,"action":"scene.next","press":"double"})"}) {
    const auto request = std::get<MidiMapRequest>(make_request("midi.map", object_of(params)));
    const json::object written = midi_mapping_to_json(request.source, request.action);
    EXPECT_EQ(json_text(written), params);
    const auto again = std::get<MidiMapRequest>(make_request("midi.map", written));
    EXPECT_EQ(again.source, request.source) << params;
    EXPECT_EQ(again.action, request.action) << params;
  }
}

TEST(Midi, WhatIsNotGivenIsTheWholeRangeEachChannelAndAToggle) {
  const auto setting = std::get<MidiMapRequest>(make_request(
      "midi.map", object_of(R"({"message":"control","number":7,"action":"set","key":"fade_ms"})")));
  EXPECT_EQ(setting.source, (MidiSource{.kind = MidiKind::control, .number = 7}));
  EXPECT_EQ(setting.action.min, 0.0);
  EXPECT_EQ(setting.action.max, 1000.0);
  EXPECT_EQ(setting.if_rev, std::nullopt);
  const auto bypass = std::get<MidiMapRequest>(
      make_request("midi.map", object_of(R"({"message":"note","number":7,"action":"bypass","if_rev":3})")));
  EXPECT_EQ(bypass.action, MidiAction{});
  EXPECT_EQ(bypass.if_rev, 3U);
}

TEST(Midi, ActionsHaveOnlyTheParametersThatTheyNeed) {
  const auto why = [](const std::string& action) {
    return refusal("midi.map", (R"({"message":"control","number":7,"action":)" + action + "}").c_str());
  };
  EXPECT_EQ(why(R"("scene")"), R"("name": action scene needs name)");
  EXPECT_EQ(why(R"("scene","name":null)"), R"("name": action scene needs the name of a scene)");
  EXPECT_EQ(why(R"("swap")"), R"("name": action swap needs name)");
  EXPECT_EQ(why(R"("set")"), R"("key": action set needs key)");
  EXPECT_EQ(why(R"("bypass","name":"a")"), R"("name": action bypass takes no name)");
  EXPECT_EQ(why(R"("scene.next","name":"a")"), R"("name": action scene.next takes no name)");
  EXPECT_EQ(why(R"("scene.prev","mode":"hold")"), R"("mode": action scene.prev takes no mode)");
  EXPECT_EQ(why(R"("swap","name":"a","value":1)"), R"("value": action swap takes no value)");
  EXPECT_EQ(why(R"("set","key":"fade_ms","mode":"hold")"), R"("mode": action set takes no mode)");
}

TEST(Midi, AValueOrARangeFitsTheSetting) {
  const auto why = [](const std::string& setting) {
    return refusal("midi.map",
                   (R"({"message":"control","number":7,"action":"set","key":)" + setting + "}").c_str());
  };
  EXPECT_EQ(why(R"("output_db","value":99)"), R"("value": value must be a number from -60 to 40 dB, not 99)");
  EXPECT_EQ(why(R"("output_db","min":-61)"), R"("min": min must be a number from -60 to 40 dB, not -61)");
  EXPECT_EQ(why(R"("output_db","max":41)"), R"("max": max must be a number from -60 to 40 dB, not 41)");
  EXPECT_EQ(why(R"("output_db","value":1,"max":2)"),
            R"("value": set takes either a value or min and max, not both)");
  EXPECT_EQ(why(R"("level_mode","min":1)"), R"("min": level_mode has no range: its values are words)");
  EXPECT_EQ(why(R"("level_mode","max":1)"), R"("max": level_mode has no range: its values are words)");
  EXPECT_EQ(why(R"("level_mode","value":"loud")"),
            R"("value": value must be one of "raw", "normalized", "calibrated", not the string "loud")");
}

TEST(Midi, APressIsOfASwitchAndTheRestOfWhatFollowsAPedal) {
  const auto why = [](const std::string& action) {
    return refusal("midi.map", (R"({"message":"control","number":7,"action":)" + action + "}").c_str());
  };
  EXPECT_EQ(
      why(R"("bypass","mode":"hold","press":"latching")"),
      R"("press": mode hold lasts as long as the switch is down, and has no press latching: use mode toggle)");
  EXPECT_EQ(
      why(R"("bypass","mode":"inverse","press":"long")"),
      R"("press": mode inverse lasts as long as the switch is down, and has no press long: use mode toggle)");
  EXPECT_EQ(why(R"("bypass","mode":"hold","press":"momentary")"), "accepted");
  EXPECT_EQ(why(R"("set","key":"output_db","press":"double")"),
            R"("press": a setting that follows has no press double: give a value that a press sets)");
  EXPECT_EQ(why(R"("bypass","long_ms":500)"),
            R"("long_ms": long_ms is of press long, not of press momentary)");
  EXPECT_EQ(
      why(R"("bypass","press":"twice")"),
      R"("press": press must be one of "momentary", "latching", "long", "double", not the string "twice")");
  EXPECT_EQ(why(R"("set","key":"output_db","value":1,"keep":true)"),
            R"("keep": keep is of a setting that follows a controller, not of one that a press sets)");
  EXPECT_EQ(why(R"("bypass","takeover":"pickup")"), R"("takeover": action bypass takes no takeover)");
}

TEST(Midi, ALongPressHasATime) {
  const auto long_ms = [](const char* params) {
    return std::get<MidiMapRequest>(make_request("midi.map", object_of(params))).action.long_ms;
  };
  EXPECT_EQ(long_ms(R"({"message":"note","number":7,"action":"bypass","press":"long"})"), kDefaultLongMs);
  EXPECT_EQ(long_ms(R"({"message":"note","number":7,"action":"bypass","press":"long","long_ms":20})"), 20.0);
  EXPECT_EQ(long_ms(R"({"message":"note","number":7,"action":"bypass"})"), 0.0);
}

TEST(Midi, OnlyAProgramHasABankAndItHasNoValueAndNoEnd) {
  EXPECT_EQ(refusal("midi.map", R"({"message":"note","number":7,"bank":0,"action":"bypass"})"),
            R"("bank": only a program has a bank)");
  EXPECT_EQ(refusal("midi.unmap", R"({"message":"control","number":7,"bank":0})"),
            R"("bank": only a program has a bank)");
  const std::string cannot =
      R"("action": a program has no value and no end: it can toggle, choose, or set a value that is given)";
  EXPECT_EQ(refusal("midi.map", R"({"message":"program","number":7,"action":"bypass","mode":"hold"})"),
            cannot);
  EXPECT_EQ(refusal("midi.map", R"({"message":"program","number":7,"action":"set","key":"fade_ms"})"),
            cannot);
  EXPECT_EQ(refusal("midi.map", R"({"message":"program","number":7,"action":"bypass","press":"long"})"),
            cannot);
}

TEST(Midi, LearningHasAnActionAndATimeButNoMessage) {
  const auto learn = std::get<MidiLearnRequest>(
      make_request("midi.learn", object_of(R"({"action":"swap","name":null,"timeout_ms":5,"if_rev":2})")));
  EXPECT_EQ(learn.action.target, MidiTarget::swap);
  EXPECT_EQ(learn.timeout_ms, 5.0);
  EXPECT_EQ(learn.if_rev, 2U);
  EXPECT_EQ(std::get<MidiLearnRequest>(make_request("midi.learn", {{"action", "bypass"}})).timeout_ms,
            kDefaultLearnTimeoutMs);
  EXPECT_NE(refusal("midi.learn", R"({"action":"bypass","message":"note"})"), "accepted");
  EXPECT_NE(refusal("midi.learn", R"({"action":"bypass","timeout_ms":0})"), "accepted");
}

TEST(Midi, SettingTellsEachChannelFromNoChange) {
  const auto set = [](const char* params) {
    return std::get<MidiSetRequest>(make_request("midi.set", object_of(params)));
  };
  const auto each = set(R"({"channel":null})");
  ASSERT_TRUE(each.channel.has_value());
  EXPECT_EQ(*each.channel, std::nullopt);
  EXPECT_EQ(each.programs, std::nullopt);
  const auto one = set(R"({"channel":16,"programs":false})");
  ASSERT_TRUE(one.channel.has_value());
  EXPECT_EQ(*one.channel, 16);
  EXPECT_EQ(one.programs, false);
  EXPECT_FALSE(set(R"({"programs":true})").channel.has_value());
  EXPECT_EQ(one.bank, std::nullopt);
  EXPECT_EQ(set(R"({"bank":"14bit"})").bank, MidiBank::both);
  EXPECT_EQ(set(R"({"bank":"msb"})").bank, MidiBank::msb);
  EXPECT_EQ(set(R"({"bank":"lsb"})").bank, MidiBank::lsb);
  EXPECT_EQ(set(R"({"bank":"ignore"})").bank, MidiBank::ignore);
  EXPECT_EQ(refusal("midi.set", "{}"), "midi.set needs bank, channel or programs");
  EXPECT_EQ(refusal("midi.set", R"({"if_rev":3})"), "midi.set needs bank, channel or programs");
}

TEST(Midi, UnmappingNamesOneMessageOrAll) {
  const auto unmap = [](const char* params) {
    return std::get<MidiUnmapRequest>(make_request("midi.unmap", object_of(params)));
  };
  const MidiSource program{.kind = MidiKind::program, .number = 3, .channel = 2, .bank = 1};
  EXPECT_EQ(unmap(R"({"message":"program","number":3,"channel":2,"bank":1})").source, program);
  EXPECT_EQ(unmap(R"({"all":true,"if_rev":7})").source, std::nullopt);
  EXPECT_EQ(unmap(R"({"all":true,"if_rev":7})").if_rev, 7U);
  for (const char* const params :
       {"{}", R"({"all":false})", R"({"message":"note"})", R"({"number":3})",
        R"({"all":true,"message":"note","number":3})", R"({"all":true,"channel":3})"}) {
    EXPECT_EQ(refusal("midi.unmap", params), "midi.unmap needs either message and number, or all") << params;
  }
}

}  // namespace
}  // namespace namrack::protocol
