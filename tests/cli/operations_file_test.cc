#include "cli/commands/operations_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "protocol/error.h"
#include "protocol/param_spec.h"
#include "protocol/request.h"
#include "protocol/wire/json_text.h"
#include "tests/common/temporary_folder.h"

namespace namrack::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Operations read(const std::string& text) {
  std::istringstream input(text);
  return read_operations(input, "cues");
}

std::string fault_of(const std::string& text) {
  try {
    read(text);
  } catch (const protocol::ProtocolError& error) {
    return error.message();
  }
  return "none";
}

TEST(OperationsFile, SkipsBlankLinesAndCommentsButCountsThem) {
  const Operations operations = read(
      "# chorus\n\n"
      "{\"method\":\"bypass\",\"params\":{\"on\":true}}\r\n"
      "  # indented\n\t\n"
      "  {\"method\":\"set\",\"params\":{\"output_db\":-3}}");
  EXPECT_EQ(protocol::json_text(operations.requests),
            R"([{"method":"bypass","params":{"on":true}},{"method":"set","params":{"output_db":-3}}])");
  EXPECT_EQ(operations.lines, (std::vector<std::size_t>{3, 6}));
  EXPECT_EQ(operations.source, "cues");
}

TEST(OperationsFile, NamesTheLineThatIsWrong) {
  EXPECT_THAT(fault_of("\n{\"method\":"), StartsWith("cues:2: not JSON: "));
  EXPECT_EQ(fault_of("[1]"), "cues:1: expected {\"method\", \"params\"}, found an array of 1");
  EXPECT_EQ(fault_of("{\"method\":\"set\",\"params\":{\"output_db\":1,\"output_db\":2}}"),
            "cues:1: params.output_db is given twice");
  EXPECT_EQ(fault_of("{\"method\":\"set\",\"params\":{\"output_db\":1e999}}"),
            "cues:1: params.output_db is beyond the range of a number");
}

TEST(OperationsFile, RefusesNoneTooManyAndTooLong) {
  EXPECT_EQ(fault_of("# nothing\n"), "cues: no operations");
  std::string many;
  for (std::size_t i = 0; i < protocol::kMaxOperations; ++i) many += "{\"method\":\"list\"}\n";
  EXPECT_EQ(fault_of(many), "none");
  EXPECT_EQ(fault_of(many + "\n# end\n{\"method\":\"list\"}"), "cues:67: more than 64 operations");
  EXPECT_EQ(fault_of(std::string(protocol::kMaxLine + 1, ' ')), "cues:1: more than 1 MiB of operations");
}

TEST(OperationsFile, SaysWhyAFileCannotBeRead) {
  const test::TemporaryFolder folder;
  const std::string file = folder.write("cues.jsonl", "{\"method\":\"list\"}\n");
  EXPECT_EQ(read_operations(std::filesystem::path(file)).requests.size(), 1U);
  const auto error_of = [](const std::filesystem::path& path) {
    try {
      read_operations(path);
    } catch (const protocol::ProtocolError& error) {
      return std::string(protocol::error_name(error.code())) + ' ' + error.message();
    }
    return std::string("none");
  };
  EXPECT_EQ(error_of(folder.file("none")),
            "E_NOT_FOUND " + folder.file("none") + ": No such file or directory");
  EXPECT_EQ(error_of(folder.path()), "E_IO " + folder.path().string() + ": Is a directory");
}

}  // namespace
}  // namespace namrack::cli
