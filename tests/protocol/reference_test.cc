#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/describe.h"
#include "tests/common/temporary_folder.h"

namespace namrack::protocol {
namespace {

using ::testing::HasSubstr;

TEST(Reference, TheSpecificationShowsWhatTheTablesSay) {
  const std::string readme = test::read_file(NAMRACK_FIXTURES "/../docs/protocol.md");
  const std::string mark = "\n# Reference of the protocol\n\n";
  const std::size_t begin = readme.find(mark);
  ASSERT_NE(begin, std::string::npos);
  EXPECT_EQ(readme.substr(begin + mark.size()), reference_markdown())
      << "replace everything after \"# Reference of the protocol\" in docs/protocol.md by the output of: "
         "namrack help-protocol";
}

TEST(Reference, ShowsTypesRangesUnitsAndDefaults) {
  const std::string text = reference_markdown();
  EXPECT_THAT(
      text,
      HasSubstr("| `fade_ms` | a number from 0 to 1000 ms | `20` | crossfade of a swap that names none |"));
  EXPECT_THAT(text,
              HasSubstr("| `name` | a string of 1 to 64 characters without control characters, or null |"));
  EXPECT_THAT(text, HasSubstr("| -32007 | `E_CONFLICT` |"));
}

}  // namespace
}  // namespace namrack::protocol
