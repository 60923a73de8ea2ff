#include "protocol/wire/client_message.h"

#include <gtest/gtest.h>

#include "protocol/request.h"
#include "protocol/wire/response.h"

namespace namrack::protocol {
namespace {

std::string_view without_line_feed(const std::string& line) {
  return std::string_view(line).substr(0, line.size() - 1);
}

TEST(ClientMessage, TheDaemonUnderstandsWhatTheClientSends) {
  const std::string line = request_line(7, "swap", {{"name", "a"}, {"fade_ms", 2.5}});
  const ParsedLine parsed = parse_line(without_line_feed(line));
  const auto& swap = std::get<SwapRequest>(std::get<Request>(parsed.calls.at(0).request));
  EXPECT_EQ(parsed.calls[0].id.to_number<int>(), 7);
  EXPECT_EQ(swap.fade_ms, 2.5);
}

TEST(ClientMessage, TheClientUnderstandsAResult) {
  const std::string line = message_line(result_message(7, {{"rev", 3}}));
  const auto reply = std::get<Reply>(read_message(without_line_feed(line)));
  EXPECT_EQ(reply.id, 7);
  EXPECT_EQ(std::get<boost::json::object>(reply.outcome).at("rev"), 3);
}

TEST(ClientMessage, TheClientUnderstandsAnErrorAlsoOneWithANewCode) {
  const auto reply = std::get<Reply>(read_message(
      R"({"jsonrpc":"2.0","id":7,"error":{"code":-31999,"message":"new","data":{"code":"E_NEW"}}})"));
  const auto& error = std::get<RemoteError>(reply.outcome);
  EXPECT_EQ(error.number, -31999);
  EXPECT_EQ(error.message, "new");
  EXPECT_EQ(error.error.at("data").at("code"), "E_NEW");
}

TEST(ClientMessage, TheClientUnderstandsAnEventAlsoOfANewTopic) {
  const auto event = std::get<EventMessage>(
      read_message(R"({"jsonrpc":"2.0","method":"event","params":{"topic":"tuner","seq":1,"data":{}}})"));
  EXPECT_EQ(event.topic, "tuner");
  EXPECT_EQ(event.params.at("seq"), 1);
}

TEST(ClientMessage, RefusesWhatIsNeitherReplyNorEvent) {
  for (const char* line : {"[]", "x", "{}", R"({"id":1})", R"({"id":1,"result":3})", R"({"id":1,"error":{}})",
                           R"({"method":"event","params":{}})"}) {
    EXPECT_THROW(read_message(line), ProtocolError) << line;
  }
}

}  // namespace
}  // namespace namrack::protocol
