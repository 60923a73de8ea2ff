#include "cli/offline/bench_compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>

#include "tests/cli/plain_style.h"

namespace namrack::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string line(const std::string& model, int block, double ns, double fraction, double peak = 100.0) {
  return boost::json::serialize(boost::json::object{{"model", "/somewhere/" + model + ".nam"},
                                                    {"block", block},
                                                    {"ns_per_sample", ns},
                                                    {"fraction_of_peak", fraction},
                                                    {"peak_gflops", peak},
                                                    {"target", "AVX2"},
                                                    {"more", true}}) +
         "\n";
}

std::vector<BenchPoint> read(const std::string& text) {
  std::istringstream stream(text);
  return read_bench(stream, "a.json");
}

std::string error_of(const std::string& text) {
  try {
    read(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "none";
}

TEST(BenchCompare, PairsTheSameModelAndBlockWhereverItsFileLies) {
  const auto before = read(line("a", 64, 100, 0.25) + line("a", 32, 120, 0.2) + line("old", 64, 1, 0.5));
  const auto after = read(line("new", 64, 1, 0.5) + line("a", 64, 50, 0.5));
  const BenchComparison comparison = compare_bench(before, after);
  ASSERT_EQ(comparison.pairs.size(), 1U);
  EXPECT_DOUBLE_EQ(comparison.pairs[0].speedup(), 2.0);
  EXPECT_DOUBLE_EQ(comparison.pairs[0].peak_ratio(), 2.0);
  ASSERT_EQ(comparison.gone.size(), 2U);
  EXPECT_EQ(comparison.gone[0].block, 32U);
  ASSERT_EQ(comparison.new_ones.size(), 1U);
  const std::string text = comparison_table(comparison, kPlain);
  EXPECT_THAT(text, HasSubstr("100.0 ns"));
  EXPECT_THAT(text, HasSubstr("2.00  faster"));
  EXPECT_THAT(text, HasSubstr("only before: a (32), old (64)\n"));
  EXPECT_THAT(text, HasSubstr("only after: new (64)\n"));
  const boost::json::object json = pair_json(comparison.pairs[0]);
  EXPECT_EQ(json.at("speedup"), 2.0);
  EXPECT_EQ(json.at("model"), "a");
}

TEST(BenchCompare, TheFasterOfTwoRunsCounts) {
  const auto points = read(line("a", 64, 90, 0.3) + "\n" + line("a", 64, 80, 0.4) + line("a", 64, 85, 0.35));
  ASSERT_EQ(points.size(), 1U);
  EXPECT_EQ(points[0].ns_per_sample, 80.0);
}

TEST(BenchCompare, WhatIsWithinTheNoiseIsNoChange) {
  const auto text_of = [](double before, double after) {
    return comparison_table(compare_bench(read(line("a", 64, before, 0.5)), read(line("a", 64, after, 0.5))),
                            kPlain);
  };
  EXPECT_THAT(text_of(100, 98), Not(HasSubstr("  faster")));
  EXPECT_THAT(text_of(100, 110), HasSubstr("0.91  slower"));
}

TEST(BenchCompare, OtherPeaksAreOtherMachines) {
  const auto text_of = [](double peak) {
    return comparison_table(
        compare_bench(read(line("a", 64, 10, 0.5, 100.0)), read(line("a", 64, 10, 0.5, peak))), kPlain);
  };
  EXPECT_THAT(text_of(105), Not(HasSubstr("The peaks differ")));
  EXPECT_THAT(text_of(150), HasSubstr("The peaks differ"));
}

TEST(BenchCompare, NothingInCommonIsSaid) {
  const auto comparison = compare_bench(read(line("a", 64, 1, 0.5)), read(line("b", 64, 1, 0.5)));
  EXPECT_EQ(comparison_table(comparison, kPlain), "only before: a (64)\nonly after: b (64)\n");
}

TEST(BenchCompare, BadLinesAreNamed) {
  EXPECT_EQ(error_of(""), "a.json: expected lines of namrack bench --json, found none");
  EXPECT_EQ(error_of(line("a", 64, 1, 1) + "nonsense\n"),
            "a.json:2: expected a line of namrack bench --json, found what is not JSON");
  EXPECT_EQ(error_of("[1]\n"), "a.json:1: expected a line of namrack bench --json, found an array of 1");
  EXPECT_EQ(error_of(line("a", 64, 0, 1)), "a.json:1: ns_per_sample: expected a number above 0, found 0");
  EXPECT_EQ(error_of("{\"model\": \"a\"}"), "a.json:1: block: expected a number above 0, found nothing");
  EXPECT_EQ(error_of("{}"), "a.json:1: model: expected the path of a model, found none");
}

}  // namespace
}  // namespace namrack::cli
