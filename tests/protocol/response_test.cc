#include "protocol/wire/response.h"

#include <gtest/gtest.h>

namespace namrack::protocol {
namespace {

TEST(Response, ResultsEchoTheId) {
  EXPECT_EQ(message_line(result_message("x", {{"rev", 7}})),
            "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":{\"rev\":7}}\n");
}

TEST(Response, ErrorsEchoTheId) {
  EXPECT_EQ(message_line(error_message(5, ProtocolError(ErrorCode::busy, "no"))),
            "{\"jsonrpc\":\"2.0\",\"id\":5,\"error\":{\"code\":-32000,\"message\":\"no\",\"data\":{\"code\":"
            "\"E_BUSY\"}}}\n");
}

TEST(Response, EventsHaveAFrameOrNull) {
  Event event{.topic = Topic::swap, .seq = 1, .rev = 2, .frame = 3, .data = {{"name", "a"}}};
  EXPECT_EQ(message_line(event_message(event)),
            "{\"jsonrpc\":\"2.0\",\"method\":\"event\",\"params\":{\"topic\":\"swap\",\"seq\":1,\"rev\":2,"
            "\"frame\":3,"
            "\"data\":{\"name\":\"a\"}}}\n");
  event.frame.reset();
  EXPECT_TRUE(event_message(event).at("params").at("frame").is_null());
}

}  // namespace
}  // namespace namrack::protocol
