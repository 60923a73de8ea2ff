#include "tests/protocol/transcript.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace namrack::protocol {
namespace {

using ::testing::HasSubstr;
using Kind = TranscriptLine::Kind;

std::optional<std::string> mismatch(std::string_view pattern, std::string_view actual) {
  return find_mismatch(pattern, actual);
}

TEST(Transcript, KnowsRequestsRepliesEventsAndComments) {
  const auto lines = parse_transcript("# comment\n> a\n\n< b\n* c\n", {});
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].kind, Kind::request);
  EXPECT_EQ(lines[1].kind, Kind::reply);
  EXPECT_EQ(lines[2].kind, Kind::event);
  EXPECT_EQ(lines[2].number, 5);
  EXPECT_EQ(lines[2].text, "c");
}

TEST(Transcript, ReplacesVariables) {
  const auto lines = parse_transcript("> ${A}/x/${B}.", {{"A", "one"}, {"B", "two"}});
  EXPECT_EQ(lines.at(0).text, "one/x/two.");
}

TEST(Transcript, RefusesAnUnknownVariableAndAnUnknownMark) {
  EXPECT_THROW(parse_transcript("> ${A}", {}), std::runtime_error);
  EXPECT_THROW(parse_transcript("? x", {}), std::runtime_error);
  EXPECT_THROW(parse_transcript(">x", {}), std::runtime_error);
}

TEST(Transcript, IsFoundInTheJsonlBlocksOfMarkdownOnly) {
  const auto lines =
      parse_transcript(transcript_in_markdown("> no\n```jsonl\n> yes\n```\n```json\n{}\n```\n"), {});
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].text, "yes");
  EXPECT_EQ(lines[0].number, 3);
}

TEST(Pattern, ComparesNumbersByValue) {
  EXPECT_EQ(mismatch(R"({"a":1})", R"({"a":1.0})"), std::nullopt);
  EXPECT_EQ(mismatch(R"({"a":{"b":1}})", R"({"a":{"b":2}})"), "a.b: expected 1, found 2");
}

TEST(Pattern, ReportsMissingAndSurplusMembers) {
  EXPECT_EQ(mismatch(R"({"a":1})", "{}"), "a: expected 1, found no such member");
  EXPECT_EQ(mismatch("{}", R"({"a":1})"), "a: expected no such member, found 1");
  EXPECT_EQ(mismatch(R"({"...":"<any>"})", R"({"a":1})"), std::nullopt);
}

TEST(Pattern, ReportsTheLengthOfArraysUnlessMoreIsAllowed) {
  EXPECT_EQ(mismatch("[1]", "[1,2]"), "message: expected 1 elements, found 2");
  EXPECT_EQ(mismatch(R"([1,"..."])", "[1,2]"), std::nullopt);
  EXPECT_NE(mismatch(R"([1,"..."])", "[]"), std::nullopt);
  EXPECT_EQ(mismatch("[1,[2]]", "[1,[3]]"), "[1][0]: expected 2, found 3");
}

TEST(Pattern, PlaceholdersMatchTheirKindOnly) {
  EXPECT_EQ(mismatch(R"("<number>")", "1.5"), std::nullopt);
  EXPECT_NE(mismatch(R"("<number>")", R"("1")"), std::nullopt);
  EXPECT_NE(mismatch(R"("<integer>")", "1.5"), std::nullopt);
  EXPECT_EQ(mismatch(R"("<integer|null>")", "null"), std::nullopt);
  EXPECT_NE(mismatch(R"("<integer|null>")", "true"), std::nullopt);
  EXPECT_NE(mismatch(R"("<string>")", "null"), std::nullopt);
  EXPECT_NE(mismatch(R"("<object>")", "[]"), std::nullopt);
  EXPECT_THROW(mismatch(R"("<numbr>")", "1"), std::runtime_error);
}

TEST(Pattern, ATextThatIsNotJsonIsAMismatch) {
  EXPECT_THAT(mismatch("{}", "{").value_or(""), HasSubstr("expected JSON"));
}

}  // namespace
}  // namespace namrack::protocol
