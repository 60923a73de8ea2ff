#include "protocol/script.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "protocol/error.h"

namespace namrack::protocol {
namespace {

/// "code: message" of the error that reading `text` gives.
std::string error_of(const std::string& text) {
  try {
    read_script(text, 48000.0);
  } catch (const ProtocolError& error) {
    return std::string(error_name(error.code())) + ": " + error.message();
  }
  return "none";
}

TEST(Script, LeavesOutCommentsAndEmptyLinesAndCountsThem) {
  const auto script = read_script(
      "# a show\n\n  # more\r\n{\"method\":\"ping\"}\r\n{\"at_ms\":1.5,\"method\":\"ping\"}", 48000);
  ASSERT_EQ(script.size(), 2U);
  EXPECT_EQ(script[0].number, 4U);
  EXPECT_TRUE(script[0].is_setup());
  EXPECT_EQ(script[1].number, 5U);
  EXPECT_EQ(script[1].offset(48000.0), 72U);
  EXPECT_EQ(script[1].offset(44100.0), 66U);
}

TEST(Script, GivesTheTimeToMethodsThatTakeOne) {
  const auto script = read_script(R"({"at_frame":7,"method":"swap","params":{"name":"a"}}
{"at_frame":9,"method":"scene.save","params":{"name":"s"}})",
                                  48000);
  ASSERT_EQ(script.size(), 2U);
  EXPECT_TRUE(script[0].takes_time());
  EXPECT_EQ(std::get<SwapRequest>(script[0].request(1007)).when.at_frame, 1007U);
  EXPECT_FALSE(script[1].takes_time());
  EXPECT_EQ(std::get<SceneSaveRequest>(script[1].request(1009)).name, "s");
}

TEST(Script, TellsTheLineAndWhatIsWrongWithIt) {
  EXPECT_EQ(error_of("{\"method\":\"ping\"}\nnonsense"),
            "E_PARSE: line 2: " + error_of("nonsense").substr(17));
  EXPECT_EQ(error_of("[]"), "E_REQUEST: line 1: a line is a JSON object");
  EXPECT_EQ(error_of("{\"at_ms\":5}"), "E_REQUEST: line 1: a line needs a method, which is a string");
  EXPECT_EQ(error_of(R"({"method":"ping","id":1})"),
            "E_REQUEST: line 1: a line has method, params and at_ms or at_frame, not id");
  EXPECT_EQ(error_of(R"({"method":"reboot"})"), "E_METHOD: line 1: no method \"reboot\"");
  EXPECT_EQ(error_of(R"({"method":"bypass","at_ms":-1,"params":{"on":true}})"),
            "E_PARAMS: line 1: at_ms must be a number from 0 to 86400000 ms, not -1");
  EXPECT_EQ(error_of(R"({"method":"ping","at_ms":1,"at_frame":1})"),
            "E_PARAMS: line 1: of at_ms and at_frame only one can be given");
  EXPECT_EQ(error_of(R"({"method":"bypass","params":{"on":true,"in_ms":5}})"),
            "E_PARAMS: line 1: the time of a line stands beside its method, not in params");
  EXPECT_EQ(error_of(R"({"method":"ping","method":"ping"})"),
            "E_REQUEST: line 1: a key is given twice, or nesting is too deep");
}

TEST(Script, LinesStandInTheirOrder) {
  EXPECT_EQ(error_of("{\"at_ms\":5,\"method\":\"ping\"}\n{\"method\":\"ping\"}"),
            "E_REQUEST: line 2: what has no time belongs before the lines that have one");
  EXPECT_EQ(error_of("{\"at_ms\":5,\"method\":\"ping\"}\n{\"at_frame\":239,\"method\":\"ping\"}"),
            "E_REQUEST: line 2: its time is before that of the line above it");
  EXPECT_EQ(error_of("{\"at_ms\":5,\"method\":\"ping\"}\n{\"at_frame\":240,\"method\":\"ping\"}"), "none");
}

}  // namespace
}  // namespace namrack::protocol
