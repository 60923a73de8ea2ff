#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/request.h"
#include "protocol/wire/json_text.h"

namespace namrack::protocol {
namespace {

using ::testing::HasSubstr;

Call only_call(std::string_view line) {
  const ParsedLine parsed = parse_line(line);
  EXPECT_FALSE(parsed.is_batch);
  EXPECT_EQ(parsed.calls.size(), 1U);
  return parsed.calls.at(0);
}

ErrorCode error_of(const Call& call) {
  return std::get<ProtocolError>(call.request).code();
}

TEST(LineParser, ToleratesACarriageReturn) {
  const Call call = only_call("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\r");
  EXPECT_TRUE(std::holds_alternative<Request>(call.request));
}

TEST(LineParser, RefusesBytesThatAreNotUtf8) {
  const Call call =
      only_call("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"swap\",\"params\":{\"name\":\"\xC3\x28\"}}");
  EXPECT_EQ(error_of(call), ErrorCode::parse);
}

TEST(LineParser, RefusesHalfASurrogatePair) {
  const Call call = only_call(R"({"jsonrpc":"2.0","id":1,"method":"swap","params":{"name":"\ud800"}})");
  EXPECT_EQ(error_of(call), ErrorCode::parse);
}

TEST(LineParser, RefusesALineOfMoreThanOneMebibyte) {
  const std::string head = R"({"jsonrpc":"2.0","id":1,"method":"ping")";
  const std::string within = head + std::string(kMaxLine - head.size() - 1, ' ') + "}";
  EXPECT_TRUE(std::holds_alternative<Request>(only_call(within).request));
  EXPECT_TRUE(std::holds_alternative<Request>(only_call(within + "\r").request)) << "the line end counts";
  EXPECT_EQ(error_of(only_call(within + " ")), ErrorCode::limit);
}

TEST(LineParser, SurvivesAMebibyteOfOpenBrackets) {
  EXPECT_EQ(error_of(only_call(std::string(kMaxLine, '['))), ErrorCode::parse);
  const std::string half(kMaxLine / 2, '[');
  const ParsedLine parsed = parse_line(half + std::string(kMaxLine / 2, ']'));
  EXPECT_EQ(error_of(parsed.calls.at(0)), ErrorCode::limit);
}

TEST(LineParser, DoesNotCountBracketsInStringsAsNesting) {
  const std::string name = std::string(40, '[') + R"(\"[[\\)";
  const Call call =
      only_call(R"({"jsonrpc":"2.0","id":1,"method":"swap","params":{"name":")" + name + "\"}}");
  const auto& swap = std::get<SwapRequest>(std::get<Request>(call.request));
  EXPECT_EQ(swap.name, std::string(40, '[') + R"("[[\)");
}

TEST(LineParser, MarksNotificationsOnlyWhenTheyAreRequests) {
  EXPECT_TRUE(only_call(R"({"jsonrpc":"2.0","method":"ping"})").is_notification);
  EXPECT_TRUE(only_call(R"({"jsonrpc":"2.0","method":"no such"})").is_notification);
  EXPECT_FALSE(only_call(R"({"method":"ping"})").is_notification);
  EXPECT_FALSE(only_call(R"({"jsonrpc":"2.0","id":null,"method":"ping"})").is_notification);
}

TEST(LineParser, RefusesABatchThatIsTooLongWithOneError) {
  const auto batch_of = [](std::size_t count) {
    std::string text = "[0";
    for (std::size_t i = 1; i < count; ++i) text += ",0";
    return text + "]";
  };
  EXPECT_EQ(parse_line(batch_of(kMaxBatch)).calls.size(), kMaxBatch);
  const Call call = only_call(batch_of(kMaxBatch + 1));
  EXPECT_EQ(error_of(call), ErrorCode::limit);
  EXPECT_EQ(std::get<ProtocolError>(call.request).data().at("limit"), kMaxBatch);
}

TEST(LineParser, EchoesLargeIntegersExactly) {
  EXPECT_EQ(json_text(only_call(R"({"jsonrpc":"2.0","id":18446744073709551615,"method":"ping"})").id),
            "18446744073709551615");
}

TEST(LineParser, EchoesRealNumbersExactly) {
  for (const char* id : {"1.5e+38", "2.2199999999999998", "0.011470000000000001", "-1.25", "5e-324"}) {
    const Call call = only_call(R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"method":"ping"})");
    EXPECT_EQ(json_text(call.id), id);
  }
}

TEST(LineParser, SaysAtWhichByteTheJsonBreaks) {
  const ProtocolError error = std::get<ProtocolError>(only_call(R"({"jsonrpc":"2.0",x})").request);
  EXPECT_THAT(error.message(), HasSubstr("at byte 18"));
  EXPECT_EQ(error.data().at("position").to_number<int>(), 18);
}

TEST(LineParser, KeepsTheFaultsOfABatchApart) {
  const ParsedLine parsed =
      parse_line(R"([{"jsonrpc":"2.0","id":1,"method":"ping","params":{}},)"
                 R"({"jsonrpc":"2.0","id":2,"method":"get","params":{"key":"a","key":"b"}},)"
                 R"({"jsonrpc":"2.0","id":3,"method":"set","params":{"fade_ms":1e400}},)"
                 R"({"jsonrpc":"2.0","id":4,"method":"ping"}])");
  ASSERT_TRUE(parsed.is_batch);
  ASSERT_EQ(parsed.calls.size(), 4U);
  EXPECT_TRUE(std::holds_alternative<Request>(parsed.calls[0].request));
  EXPECT_EQ(std::get<ProtocolError>(parsed.calls[1].request).data().at("where"), "params.key");
  EXPECT_EQ(std::get<ProtocolError>(parsed.calls[2].request).data().at("where"), "params.fade_ms");
  EXPECT_TRUE(std::holds_alternative<Request>(parsed.calls[3].request));
}

}  // namespace
}  // namespace namrack::protocol
