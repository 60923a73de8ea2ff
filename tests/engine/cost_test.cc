#include "engine/measure/cost.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

/// Trials of which each is made once, in their order.
struct Trials {
  std::vector<Trial> trials;
  std::size_t made = 0;
  Cost steadiest_of_them() {
    return steadiest([this] { return trials.at(made++); });
  }
};

TEST(Cost, ASteadyTrialIsBelievedAtOnce) {
  Trials trials{{{1.0, 1.1, 0.9, 1.0, 1.05}}};
  const Cost cost = trials.steadiest_of_them();
  EXPECT_EQ(cost.seconds, 1.0);
  EXPECT_NEAR(cost.spread, 0.05, 1e-9);
  EXPECT_TRUE(cost.is_certain());
}

TEST(Cost, SingleBlocksThatWereDisturbedChangeNothing) {
  Trials trials{{{1.0, 1.0, 90.0, 1.0, 1.0, 1.0, 1.0, 40.0, 1.0, 1.0}}};
  const Cost cost = trials.steadiest_of_them();
  EXPECT_EQ(cost.seconds, 1.0);
  EXPECT_TRUE(cost.is_certain());
}

TEST(Cost, AnUnsteadyTrialIsRepeatedUntilOneIsSteady) {
  Trials trials{{{1.0, 3.0, 9.0, 2.0}, {2.0, 2.0, 2.1, 2.0}, {}}};
  const Cost cost = trials.steadiest_of_them();
  EXPECT_EQ(trials.made, 2U);
  EXPECT_EQ(cost.seconds, 2.0);
  EXPECT_TRUE(cost.is_certain());
}

TEST(Cost, AfterThreeUnsteadyTrialsTheSteadiestCountsAndIsNotCertain) {
  Trials trials{{{1.0, 3.0, 9.0, 2.0}, {4.0, 4.0, 4.0, 5.0, 6.0, 6.0, 6.0}, {1.0, 9.0, 30.0, 80.0}, {}}};
  const Cost cost = trials.steadiest_of_them();
  EXPECT_EQ(trials.made, 3U);
  EXPECT_EQ(cost.seconds, 5.0);
  EXPECT_FALSE(cost.is_certain());
  EXPECT_GT(cost.spread, Cost::kMostSpread);
}

TEST(Cost, ASingleBlockIsNotCertain) {
  Trials trials{{{7.0}, {7.0}, {7.0}, {}}};
  EXPECT_FALSE(trials.steadiest_of_them().is_certain());
}

// What other programs take from it must not count, whatever the clock on the wall says.
TEST(Cost, TimeInWhichTheThreadDoesNotRunDoesNotCount) {
  int blocks = 0;
  const Cost cost = measure_cost(
      [&] {
        ++blocks;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      },
      0.001);
  EXPECT_LT(cost.seconds, 0.005);
  EXPECT_GT(blocks, 1);
  EXPECT_LE(blocks, 18) << "three trials of 60 ms";
}

TEST(Cost, BlocksComeAPeriodApart) {
  int blocks = 0;
  measure_cost([&] { ++blocks; }, 0.006);
  EXPECT_LE(blocks, 3 * 11) << "and not one after the other";
  blocks = 0;
  measure_cost([&] { ++blocks; }, 10.0);
  EXPECT_GE(blocks, 2) << "though no trial is longer than 60 ms";
}

TEST(Cost, OfAModelGrowsWithTheBlock) {
  const auto model = Model::load(testing::random_model("a1_nano"));
  const double small = measure_cost(*model, 16).seconds;
  EXPECT_GT(small, 0.0);
  EXPECT_GT(measure_cost(*model, 4096).seconds, 4.0 * small);
}

}  // namespace
}  // namespace namrack::engine
