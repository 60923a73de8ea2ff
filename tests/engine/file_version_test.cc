#include "engine/format/nam/file_version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace namrack::engine {
namespace {

ModelError::Kind kind_of_refusal(const char* version) {
  const boost::json::value value(version);
  std::vector<std::string> warnings;
  try {
    check_file_version(JsonNode(value, "version"), warnings);
  } catch (const ModelError& error) {
    return error.kind();
  }
  ADD_FAILURE() << version << " was accepted";
  return {};
}

TEST(FileVersion, all_versions_from_0_5_0_to_0_7_0_pass_without_warning) {
  for (const char* version : {"0.5.0", "0.5.4", "0.6.9", "0.7.0", "0.05.3"}) {
    const boost::json::value value(version);
    std::vector<std::string> warnings;
    EXPECT_EQ(check_file_version(JsonNode(value, "version"), warnings), version);
    EXPECT_TRUE(warnings.empty());
  }
}

TEST(FileVersion, a_patch_release_after_the_newest_known_passes_with_a_warning) {
  const boost::json::value value("0.7.3");
  std::vector<std::string> warnings;
  check_file_version(JsonNode(value, "version"), warnings);
  EXPECT_THAT(warnings, ::testing::ElementsAre(::testing::HasSubstr("0.7.3")));
}

TEST(FileVersion, older_and_newer_versions_are_unsupported) {
  for (const char* version : {"0.4.9", "0.0.0", "0.8.0", "1.0.0"}) {
    EXPECT_EQ(kind_of_refusal(version), ModelError::Kind::unsupported) << version;
  }
}

TEST(FileVersion, anything_but_three_numbers_is_invalid) {
  for (const char* version : {"", "0.5", "v0.5.4", "0.5.4-beta", "0.5.4 ", "0..4", "0.5.-1", "+0.5.4",
                              "0.5.4.1", "99999999999.0.0"}) {
    EXPECT_EQ(kind_of_refusal(version), ModelError::Kind::invalid) << version;
  }
}

}  // namespace
}  // namespace namrack::engine
