// Replays the requests of all transcripts and of the specification's examples against the parser.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <filesystem>

#include "protocol/command_table.h"
#include "protocol/request.h"
#include "protocol/wire/json_text.h"
#include "protocol/wire/response.h"
#include "tests/common/temporary_folder.h"
#include "tests/protocol/transcript.h"

namespace namrack::protocol {
namespace {

namespace json = boost::json;
using Kind = TranscriptLine::Kind;

const std::string kFixtures = NAMRACK_FIXTURES;

/// Errors that the parser finds; the others are for the daemon to find. Of a group, both find some.
bool is_for_the_parser(const json::value& reply) {
  const json::value* const error = reply.as_object().if_contains("error");
  if (error == nullptr) return false;
  const auto code = error_from_number(error->at("code").as_int64());
  if (code == ErrorCode::tx) return is_for_the_parser(error->at("data"));
  return code == ErrorCode::parse || code == ErrorCode::request || code == ErrorCode::method ||
         code == ErrorCode::params || code == ErrorCode::limit;
}

void expect_reply(const Call& call, const json::value& pattern, const std::string& place) {
  const ProtocolError* const error = std::get_if<ProtocolError>(&call.request);
  if (!is_for_the_parser(pattern)) {
    EXPECT_EQ(error, nullptr) << place << ": " << error->what();
    EXPECT_EQ(find_mismatch(pattern.at("id"), call.id), std::nullopt) << place;
    return;
  }
  ASSERT_NE(error, nullptr) << place << ": expected an error";
  EXPECT_EQ(find_mismatch(pattern, error_message(call.id, *error)), std::nullopt) << place;
}

/// Holds each request against the replies that follow it.
void replay(const std::vector<TranscriptLine>& lines, const std::string& name) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].kind != Kind::request) continue;
    const std::string place = name + ":" + std::to_string(lines[i].number);
    const ParsedLine parsed = parse_line(lines[i].text);
    json::array patterns;
    if (i + 1 < lines.size() && lines[i + 1].kind == Kind::reply) {
      const json::value pattern = json::parse(lines[i + 1].text);
      EXPECT_EQ(parsed.is_batch, pattern.is_array()) << place;
      patterns = pattern.is_array() ? pattern.get_array() : json::array{pattern};
    }
    std::size_t answered = 0;
    for (const Call& call : parsed.calls) {
      if (call.is_notification) continue;
      ASSERT_LT(answered, patterns.size()) << place << ": a reply too many";
      expect_reply(call, patterns[answered++], place);
    }
    EXPECT_EQ(answered, patterns.size()) << place << ": a reply is missing";
  }
}

TEST(TranscriptReplay, EveryRequestOfTheFixturesParsesAsItsReplySays) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFixtures + "/protocol")) {
    if (entry.path().extension() != ".jsonl") continue;
    ++files;
    replay(read_transcript(entry.path(), {{"FIXTURES", kFixtures}}), entry.path().filename().string());
  }
  EXPECT_GE(files, 20U);
}

TEST(TranscriptReplay, EveryExampleOfTheSpecificationParsesAsItsReplySays) {
  const std::string markdown = test::read_file(kFixtures + "/../protocol/README.md");
  const auto lines = parse_transcript(transcript_in_markdown(markdown), {{"FIXTURES", kFixtures}});
  EXPECT_GE(lines.size(), 12U);
  replay(lines, "README.md");
}

TEST(TranscriptReplay, EveryMethodHasATranscript) {
  for (const std::string_view method : command_names()) {
    std::string name(method);
    std::ranges::replace(name, '.', '_');
    EXPECT_TRUE(std::filesystem::exists(kFixtures + "/protocol/" + name + ".jsonl")) << method;
  }
}

}  // namespace
}  // namespace namrack::protocol
