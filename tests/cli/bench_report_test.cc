#include "cli/offline/bench_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/plain_style.h"

namespace namrack::cli {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

BenchRow row(const std::string& model, double realtime_factor) {
  return {.model = model,
          .architecture = "WaveNet",
          .target = "AVX2",
          .macs_per_sample = 5000,
          .timing = {.block = 64,
                     .ns_per_sample = 100,
                     .us_per_block_p50 = 6.4,
                     .us_per_block_p999 = 7,
                     .us_per_block_max = 9,
                     .us_per_block_p999_undisturbed = 6.6,
                     .realtime_factor = realtime_factor},
          .load = {.load_ms = 0.75, .json_parse_ms = 0.5, .bytes = 1536},
          .peak_gflops = 200,
          .fraction_of_peak = 0.5};
}

TEST(BenchReport, CountsAMultiplyAddAsTwoOperations) {
  const auto model = engine::Model::load(NAMRACK_FIXTURES "/models/random/a1_nano.nam");
  const engine::BenchResult timing{.block = 64, .ns_per_sample = 50, .realtime_factor = 400};
  const BenchRow made = make_bench_row(*model, timing, {}, 100.0);
  const auto macs = static_cast<double>(model->info().macs_per_sample);
  EXPECT_GT(macs, 0.0);
  EXPECT_DOUBLE_EQ(made.fraction_of_peak, 2.0 * macs / 50.0 / 100.0);
  EXPECT_EQ(made.target, model->target());
}

TEST(BenchReport, ShowsWhatAModelCostsToLoad) {
  const std::string text = bench_table({row("/x/heavy.nam", 10)}, kPlain);
  EXPECT_THAT(text, HasSubstr("0.75 ms"));
  EXPECT_THAT(text, HasSubstr("0.5 ms"));
  EXPECT_THAT(text, HasSubstr("1.5 KiB"));
  const boost::json::object json = bench_json(row("/x/heavy.nam", 10));
  EXPECT_EQ(json.at("load_ms"), 0.75);
  EXPECT_EQ(json.at("json_parse_ms"), 0.5);
  EXPECT_EQ(json.at("bytes"), 1536);
}

TEST(BenchReport, TellsTheModelsOwnSpreadFromTheMachines) {
  EXPECT_THAT(bench_table({row("/x/heavy.nam", 10)}, kPlain), ContainsRegex("7.00 µs +6.60 µs +9.00 µs"));
  EXPECT_EQ(bench_json(row("/x/heavy.nam", 10)).at("us_per_block_p999_undisturbed"), 6.6);
}

TEST(BenchReport, DrawsBarsAgainstTheHeaviest) {
  const std::string text = bench_table({row("/x/heavy.nam", 10), row("/x/light.nam", 20)}, kPlain);
  EXPECT_THAT(text, HasSubstr("heavy"));
  EXPECT_THAT(text, HasSubstr("10 %  ████████████████ "));
  EXPECT_THAT(text, HasSubstr(" 5 %  ████████         "));
  EXPECT_THAT(text, HasSubstr("AVX2, peak 200.0 GFLOP/s"));
}

}  // namespace
}  // namespace namrack::cli
