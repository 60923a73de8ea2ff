#include "protocol/param_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/error.h"
#include "protocol/quote.h"

namespace namrack::protocol {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

bool accepts(const ParamSpec& param, const json::value& value) {
  try {
    check_value(param, value);
  } catch (const ProtocolError& error) {
    EXPECT_EQ(error.code(), ErrorCode::params);
    return false;
  }
  return true;
}

ProtocolError error_of(std::string_view method, const json::object& params) {
  try {
    check_params(*find_command(method), params);
  } catch (const ProtocolError& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return {ErrorCode::internal, ""};
}

TEST(ParamCheck, NumbersStayWithinTheirRangeBothEndsIncluded) {
  constexpr ParamSpec kParam{.name = "x", .type = ParamType::number, .min = -60, .max = 40};
  EXPECT_TRUE(accepts(kParam, -60));
  EXPECT_TRUE(accepts(kParam, 40.0));
  EXPECT_FALSE(accepts(kParam, 40.001));
  EXPECT_FALSE(accepts(kParam, -61));
  EXPECT_FALSE(accepts(kParam, "3"));
  EXPECT_FALSE(accepts(kParam, nullptr));
}

TEST(ParamCheck, IntegersMayBeWrittenWithAPointButHaveNoFraction) {
  constexpr ParamSpec kParam{.name = "x", .type = ParamType::integer, .max = kMaxExactInteger};
  EXPECT_TRUE(accepts(kParam, 5.0));
  EXPECT_FALSE(accepts(kParam, 5.5));
  EXPECT_FALSE(accepts(kParam, -1));
  EXPECT_FALSE(accepts(kParam, 9007199254740993U));
}

TEST(ParamCheck, NamesCountCharactersNotBytes) {
  constexpr ParamSpec kParam{.name = "x", .type = ParamType::name};
  std::string name;
  for (int i = 0; i < 64; ++i) name += "ü";
  EXPECT_TRUE(accepts(kParam, json::value(name)));
  EXPECT_FALSE(accepts(kParam, json::value(name + "x")));
  EXPECT_FALSE(accepts(kParam, ""));
}

TEST(ParamCheck, NamesHoldNoControlCharacters) {
  constexpr ParamSpec kParam{.name = "x", .type = ParamType::name};
  EXPECT_FALSE(accepts(kParam, "a\nb"));
  EXPECT_FALSE(accepts(kParam, "a\x7f"));
  EXPECT_FALSE(accepts(kParam, "a\xC2\x9B"));  // U+009B, the 8-bit form of ESC [
  EXPECT_TRUE(accepts(kParam, "a\xC2\xA0"));
}

TEST(ParamCheck, PathsHoldNoNul) {
  constexpr ParamSpec kParam{.name = "x", .type = ParamType::path};
  EXPECT_FALSE(accepts(kParam, json::value(std::string_view("a\0b", 3))));
  EXPECT_FALSE(accepts(kParam, ""));
  EXPECT_TRUE(accepts(kParam, json::value(std::string(kMaxPathBytes, 'a'))));
  EXPECT_FALSE(accepts(kParam, json::value(std::string(kMaxPathBytes + 1, 'a'))));
}

TEST(ParamCheck, NullIsAValueOnlyWhereTheTableSaysSo) {
  EXPECT_TRUE(accepts({.name = "x", .type = ParamType::name, .nullable = true}, nullptr));
  EXPECT_FALSE(accepts({.name = "x", .type = ParamType::name}, nullptr));
}

TEST(ParamCheck, TheErrorOfAWrongValueSaysWhichWhatWasExpectedAndFound) {
  const ProtocolError error = error_of("set", {{"input_db", 100}});
  EXPECT_EQ(error.message(), "input_db must be a number from -60 to 40 dB, not 100");
  EXPECT_EQ(error.data().at("param"), "input_db");
  EXPECT_EQ(error.data().at("expected"), "a number from -60 to 40 dB");
  EXPECT_EQ(error.data().at("found"), "100");
  EXPECT_EQ(error.data().at("code"), "E_PARAMS");
}

TEST(ParamCheck, TheErrorOfAnUnknownParameterListsTheKnownOnes) {
  EXPECT_EQ(error_of("unload", {{"name", "a"}, {"speed", "a"}}).message(),
            "unload has no parameter \"speed\"; it takes if_rev, name");
  EXPECT_EQ(error_of("ping", {{"x", 1}}).message(), "ping has no parameter \"x\"; it takes no parameters");
}

TEST(ParamCheck, TheErrorOfAnUnknownParameterNamesTheNearestOne) {
  const ProtocolError error = error_of("set", {{"outputdb", -3}});
  EXPECT_EQ(error.message(), "set has no parameter \"outputdb\"; did you mean \"output_db\"?");
  EXPECT_EQ(error.data().at("nearest"), "output_db");
  EXPECT_FALSE(error_of("set", {{"speed", 1}}).data().contains("nearest"));
}

TEST(ParamCheck, TheErrorOfAWrongChoiceNamesTheNearestOne) {
  const ProtocolError value = error_of("set", {{"level_mode", "normalised"}});
  EXPECT_THAT(value.message(), HasSubstr("; did you mean \"normalized\"?"));
  EXPECT_EQ(value.data().at("nearest"), "normalized");
  EXPECT_EQ(error_of("get", {{"key", "fade"}}).data().at("nearest"), "fade_ms");
  const ProtocolError topic = error_of("subscribe", {{"topics", {"swap", "meter"}}});
  EXPECT_EQ(topic.data().at("nearest"), "meters") << "of the one that is wrong, not of the first";
  EXPECT_FALSE(error_of("set", {{"level_mode", 3}}).data().contains("nearest"));
}

TEST(ParamCheck, TheErrorOfAMissingParameterNamesIt) {
  EXPECT_THAT(error_of("load", {{"name", "a"}}).message(), HasSubstr("load needs path"));
}

TEST(ParamCheck, LongTextsAreCutAtACharacter) {
  std::string text(79, 'a');
  text += "ü and so on";
  const ProtocolError error = error_of("swap", {{"name", text + text}});
  EXPECT_EQ(error.data().at("found").as_string(), "the string \"" + std::string(79, 'a') + "…\"");
}

}  // namespace
}  // namespace namrack::protocol
