#include "protocol/parameter_json.h"

#include <gtest/gtest.h>

#include "protocol/error.h"
#include "protocol/param_check.h"
#include "protocol/setting_table.h"
#include "protocol/wire/json_text.h"

namespace namrack::protocol {
namespace {

enum class Knob : std::uint8_t { voices, mute, shape, gain };
constexpr auto kShapes = std::to_array<std::string_view>({"round", "sharp"});
constexpr auto kKnobs = parameter_table<Knob>({
    {Knob::voices, {.name = "voices", .kind = ParameterKind::integer, .min = 1.0, .max = 4.0, .value = 1.0}},
    {Knob::mute, {.name = "mute", .kind = ParameterKind::boolean}},
    {Knob::shape, {.name = "shape", .kind = ParameterKind::choice, .choices = kShapes}},
    {Knob::gain, {.name = "gain", .min = -60.0, .max = 1e6, .unit = "dB"}},
});
using KnobChanges = Changes<kKnobs.size()>;

std::string refusal(std::size_t place, const boost::json::value& value) {
  try {
    value_in(kKnobs[place], value);
  } catch (const ProtocolError& error) {
    return error.message();
  }
  return "";
}

TEST(ParameterJson, EveryKindSurvivesTheWayThroughJson) {
  const KnobChanges changes{
      {Knob::voices, 3}, {Knob::mute, true}, {Knob::shape, 1}, {Knob::gain, 98765.4321}};
  const boost::json::object object = changes_json(kKnobs, changes);
  EXPECT_EQ(json_text(object), R"({"voices":3,"mute":true,"shape":"sharp","gain":98765.4321})");
  EXPECT_EQ(changes_in(kKnobs, object), changes);
}

TEST(ParameterJson, ValuesAreAllThereAndChangesOnlyWhereTheyAre) {
  EXPECT_EQ(json_text(values_json(kKnobs, Values(kKnobs))),
            R"({"voices":1,"mute":false,"shape":"round","gain":0})");
  EXPECT_EQ(json_text(changes_json(kKnobs, KnobChanges{{Knob::mute, false}})), R"({"mute":false})");
  EXPECT_EQ(changes_in(kKnobs, {{"colour", 1}, {"gain", -3}}), (KnobChanges{{Knob::gain, -3.0}}));
}

TEST(ParameterJson, WhatARowDoesNotAllowIsRefused) {
  EXPECT_EQ(refusal(0, 2.5), "voices must be a whole number from 1 to 4, not 2.5");
  EXPECT_EQ(refusal(0, 5), "voices must be a whole number from 1 to 4, not 5");
  EXPECT_EQ(refusal(1, 1), "mute must be true or false, not 1");
  EXPECT_EQ(refusal(2, "shapr"),
            "shape must be one of \"round\", \"sharp\", not the string \"shapr\"; did you mean \"sharp\"?");
  EXPECT_EQ(refusal(3, -61), "gain must be a number from -60 to 1000000 dB, not -61");
  EXPECT_EQ(refusal(3, -60), "");
}

TEST(ParameterJson, SettingsAreTheParametersOfSetInTheOrderOfTheirNames) {
  EXPECT_TRUE(std::ranges::is_sorted(kSettingNames));
  const boost::json::object defaults = values_json(kSettings, Settings());
  ASSERT_EQ(defaults.size(), kSettingParams.size());
  for (const ParamSpec& param : kSettingParams) EXPECT_NO_THROW(check_value(param, defaults.at(param.name)));
}

}  // namespace
}  // namespace namrack::protocol
