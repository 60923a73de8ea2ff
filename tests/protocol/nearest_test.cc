#include "protocol/nearest.h"

#include <gtest/gtest.h>

namespace namrack::protocol {
namespace {

const std::vector<std::string> kNames{"clean", "lead", "crunch", "setlist save", "Plexi 68 bright"};

TEST(Nearest, IsTheNameWithTheFewestWrongLetters) {
  EXPECT_EQ(nearest("laed", kNames), "lead");
  EXPECT_EQ(nearest("chrunch", kNames), "crunch");
  EXPECT_EQ(nearest("setlist svae", kNames), "setlist save");
}

TEST(Nearest, CapitalsDoNotMatter) {
  EXPECT_EQ(nearest("CLEAN", kNames), "clean");
}

TEST(Nearest, ABeginningWillDoWhenItIsTheOnlyOne) {
  EXPECT_EQ(nearest("plexi", kNames), "Plexi 68 bright");
  EXPECT_EQ(nearest("c", kNames), std::nullopt);
}

TEST(Nearest, IsNothingWhenNoneIsNear) {
  EXPECT_EQ(nearest("bypass", kNames), std::nullopt);
  EXPECT_EQ(nearest("", kNames), std::nullopt);
  EXPECT_EQ(nearest("lead", std::vector<std::string>{}), std::nullopt);
}

TEST(Nearest, EndsASentence) {
  EXPECT_EQ(did_you_mean("lead"), "; did you mean \"lead\"?");
  EXPECT_EQ(did_you_mean(std::nullopt), "");
}

}  // namespace
}  // namespace namrack::protocol
