#include "engine/offline/bench.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>

#include "engine/measure/block_times.h"
#include "engine/offline/simd_target.h"
#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

TEST(Bench, FiguresAreConsistent) {
  const auto model = Model::load(testing::random_model("a1_nano"));
  const BenchResult result = bench(*model, 64, 0.05);
  EXPECT_EQ(result.block, 64U);
  EXPECT_GT(result.ns_per_sample, 0.0);
  EXPECT_LE(result.us_per_block_p50, result.us_per_block_p999);
  EXPECT_LE(result.us_per_block_p999, result.us_per_block_max);
  EXPECT_GT(result.us_per_block_p999_undisturbed, 0.0);
  EXPECT_LE(result.us_per_block_p999_undisturbed, result.us_per_block_max);
  EXPECT_NEAR(result.us_per_block_p50, result.ns_per_sample * 64 / 1000, 1e-6);
  EXPECT_NEAR(result.realtime_factor, 1e9 / 48000.0 / result.ns_per_sample, 1e-3);
}

TEST(Bench, ABlockThatIsSlowEachTimeCountsAndOneThatWasDisturbedDoesNot) {
  ShortestTimes times(1000);
  for (int round = 0; round < 3; ++round) {
    for (std::size_t block = 0; block < 900; ++block) {
      const bool disturbed = block % 3 == static_cast<std::size_t>(round);
      times.add(block, block == 500 ? 5.0 : disturbed ? 100.0 : 1.0);
    }
  }
  EXPECT_EQ(times.percentile(1.0), 5.0);
  EXPECT_EQ(times.percentile(0.99), 1.0);
  EXPECT_EQ(percentile({4.0, 1.0, 3.0, 2.0, 5.0}, 0.5), 3.0);
}

TEST(Bench, KeepsToItsTimeWithSlowBlocks) {
  const auto model = Model::load(testing::random_model("a1_nano"), {.path = CodePath::reference});
  const BenchResult result = bench(*model, 65536, 0.01);  // one block takes longer
  EXPECT_GE(result.blocks, 1U);
  EXPECT_LT(result.blocks, 64U);  // which are a round
}

TEST(Bench, TimesALoadAndCountsItsWeightsAndState) {
  const std::filesystem::path file = testing::random_model("a1_nano");
  const LoadTime result = bench_load(file);
  const auto model = Model::load(file);
  EXPECT_GT(result.load_ms, 0.0);
  EXPECT_GT(result.json_parse_ms, 0.0);
  EXPECT_EQ(result.bytes, model->weight_bytes() + model->instantiate()->state_bytes());
}

TEST(Bench, ThePeakIsPositive) {
  EXPECT_GT(measure_peak_gflops(), 0.01);
}

TEST(Bench, LimitsTheTargetThatModelsUse) {
  const std::vector<std::string> targets = simd_targets();
  ASSERT_FALSE(targets.empty());
  EXPECT_EQ(Model::load(testing::random_model("a1_nano"))->target(), targets.front());
  EXPECT_THROW(limit_simd_target("MMX"), std::invalid_argument);
  // What is limited stays so: in a process of its own.
  const auto loads_with = [](const std::string& target) {
    limit_simd_target(target);
    std::exit(Model::load(testing::random_model("a1_nano"))->target() == target ? 0 : 1);
  };
  for (const std::string& target : targets)
    EXPECT_EXIT(loads_with(target), ::testing::ExitedWithCode(0), "") << target;
}

}  // namespace
}  // namespace namrack::engine
