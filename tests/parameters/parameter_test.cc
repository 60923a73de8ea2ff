#include "parameters/parameter.h"

#include <gtest/gtest.h>

#include <limits>

namespace namrack {
namespace {

constexpr Parameter kLevel{.name = "level", .min = -60.0, .max = 40.0, .unit = "dB"};
constexpr Parameter kOrder{.name = "order", .kind = ParameterKind::integer, .min = 1.0, .max = 8.0};
constexpr Parameter kMute{.name = "mute", .kind = ParameterKind::boolean};
constexpr auto kShapes = std::to_array<std::string_view>({"round", "sharp", "square"});
constexpr Parameter kShape{.name = "shape", .kind = ParameterKind::choice, .choices = kShapes};
constexpr Parameter kCutoff{
    .name = "cutoff", .min = 20.0, .max = 20000.0, .unit = "Hz", .value = 20.0, .curve = Curve::octaves};

TEST(Parameter, AllowsNumbersWithinItsRangeOnly) {
  EXPECT_TRUE(kLevel.allows(-60.0));
  EXPECT_TRUE(kLevel.allows(40.0));
  EXPECT_FALSE(kLevel.allows(40.001));
  EXPECT_FALSE(kLevel.allows(std::numeric_limits<double>::quiet_NaN()));
}

TEST(Parameter, OfOtherKindsAllowsWholeNumbersOnly) {
  EXPECT_TRUE(kOrder.allows(8.0));
  EXPECT_FALSE(kOrder.allows(2.5));
  EXPECT_TRUE(kMute.allows(1.0));
  EXPECT_FALSE(kMute.allows(2.0));
  EXPECT_TRUE(kShape.allows(2.0));
  EXPECT_FALSE(kShape.allows(3.0));
}

TEST(Parameter, IsFoundByItsWholeName) {
  constexpr auto kRows = std::to_array<Parameter>({kLevel, kMute});
  EXPECT_EQ(find_parameter(kRows, "mute"), &kRows[1]);
  EXPECT_EQ(find_parameter(kRows, "lev"), nullptr);
}

TEST(Parameter, ANumberFollowsAPedalFromEndToEnd) {
  EXPECT_EQ(value_at(kLevel, 0, -20.0, 6.0), -20.0);
  EXPECT_EQ(value_at(kLevel, 127, -20.0, 6.0), 6.0);
  EXPECT_EQ(value_at(kLevel, 64, 0.0, 12.7), 6.4);
  EXPECT_EQ(value_at(kLevel, 127, 6.0, -20.0), -20.0);
}

TEST(Parameter, AFrequencyFollowsAPedalInOctaves) {
  EXPECT_EQ(value_at(kCutoff, 0, 100.0, 6400.0), 100.0);
  EXPECT_EQ(value_at(kCutoff, 127, 100.0, 6400.0), 6400.0);
  EXPECT_NEAR(value_at(kCutoff, 64, 100.0, 6400.0) / value_at(kCutoff, 63, 100.0, 6400.0),
              value_at(kCutoff, 101, 100.0, 6400.0) / value_at(kCutoff, 100, 100.0, 6400.0), 1e-5);
}

TEST(Parameter, AnIntegerFollowsAPedalInWholeSteps) {
  EXPECT_EQ(value_at(kOrder, 0, 1.0, 8.0), 1.0);
  EXPECT_EQ(value_at(kOrder, 64, 1.0, 8.0), 5.0);
  EXPECT_EQ(value_at(kOrder, 127, 1.0, 8.0), 8.0);
}

TEST(Parameter, WordsHaveEqualPartsOfAPedalsWay) {
  EXPECT_EQ(value_at(kMute, 63, 0.0, 0.0), 0.0);
  EXPECT_EQ(value_at(kMute, 64, 0.0, 0.0), 1.0);
  EXPECT_EQ(value_at(kShape, 42, 0.0, 0.0), 0.0);
  EXPECT_EQ(value_at(kShape, 43, 0.0, 0.0), 1.0);
  EXPECT_EQ(value_at(kShape, 127, 0.0, 0.0), 2.0);
}

}  // namespace
}  // namespace namrack
