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

TEST(FileVersion, AllVersionsFrom05To07PassWithoutWarning) {
  for (const char* version : {"0.5.0", "0.5.4", "0.6.9", "0.7.0", "0.05.3"}) {
    const boost::json::value value(version);
    std::vector<std::string> warnings;
    EXPECT_EQ(check_file_version(JsonNode(value, "version"), warnings), version);
    EXPECT_TRUE(warnings.empty());
  }
}

TEST(FileVersion, APatchReleaseAfterTheNewestKnownPassesWithAWarning) {
  const boost::json::value value("0.7.3");
  std::vector<std::string> warnings;
  check_file_version(JsonNode(value, "version"), warnings);
  EXPECT_THAT(warnings, ::testing::ElementsAre(::testing::HasSubstr("0.7.3")));
}

TEST(FileVersion, OlderAndNewerVersionsAreUnsupported) {
  for (const char* version : {"0.4.9", "0.0.0", "0.8.0", "1.0.0"}) {
    EXPECT_EQ(kind_of_refusal(version), ModelError::Kind::unsupported) << version;
  }
}

TEST(FileVersion, AnythingButThreeNumbersIsInvalid) {
  for (const char* version : {"", "0.5", "v0.5.4", "0.5.4-beta", "0.5.4 ", "0..4", "0.5.-1", "+0.5.4",
                              "0.5.4.1", "99999999999.0.0"}) {
    EXPECT_EQ(kind_of_refusal(version), ModelError::Kind::invalid) << version;
  }
}

}  // namespace
}  // namespace namrack::engine
