#include "cli/offline/bench_compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cmath>
#include <filesystem>
#include <stdexcept>

#include "cli/text/fields.h"
#include "cli/text/table.h"
#include "cli/text/units.h"
#include "protocol/param_check.h"

namespace namrack::cli {
namespace json = boost::json;
namespace {

// Less is within what two runs of the same program differ by.
constexpr double kNoise = 0.03;
// Peaks that differ by more are those of two machines, or of a machine that did something else as well.
constexpr double kSamePeak = 0.1;

double positive(const json::object& object, std::string_view key) {
  const auto number = Fields(object).number(key);
  if (!number || !(*number > 0.0) || !std::isfinite(*number)) {
    const json::value* const found = object.if_contains(key);
    throw std::runtime_error(fmt::format("{}: expected a number above 0, found {}", key,
                                         found != nullptr ? protocol::describe_value(*found) : "nothing"));
  }
  return *number;
}

BenchPoint read_point(const std::string& line) {
  json::error_code error;
  const json::value value = json::parse(line, error);
  if (error || !value.is_object())
    throw std::runtime_error("expected a line of namrack bench --json, found " +
                             (error ? "what is not JSON" : protocol::describe_value(value)));
  const json::object& object = value.get_object();
  const auto model = Fields(object).text("model");
  if (!model) throw std::runtime_error("model: expected the path of a model, found none");
  return {.model = std::filesystem::path(*model).stem().string(),
          .block = static_cast<std::size_t>(positive(object, "block")),
          .ns_per_sample = positive(object, "ns_per_sample"),
          .fraction_of_peak = positive(object, "fraction_of_peak"),
          .peak_gflops = positive(object, "peak_gflops"),
          .target = Fields(object).text("target").value_or("")};
}

bool is_same(const BenchPoint& one, const BenchPoint& other) {
  return one.model == other.model && one.block == other.block;
}

std::vector<BenchPoint> missing_in(const std::vector<BenchPoint>& all, const std::vector<BenchPoint>& some) {
  std::vector<BenchPoint> missing;
  for (const BenchPoint& point : some)
    if (std::ranges::none_of(all, [&](const BenchPoint& other) { return is_same(other, point); }))
      missing.push_back(point);
  return missing;
}

std::string_view verdict(double speedup) {
  if (std::abs(speedup - 1.0) <= kNoise) return "";
  return speedup > 1.0 ? "faster" : "slower";
}

std::string names_text(const std::vector<BenchPoint>& points) {
  std::vector<std::string> names;
  for (const BenchPoint& point : points) names.push_back(fmt::format("{} ({})", point.model, point.block));
  return fmt::format("{}", fmt::join(names, ", "));
}

// Times of such runs cannot be compared; fractions of the peak can.
std::string caution(const BenchComparison& comparison) {
  const BenchPair& first = comparison.pairs.front();
  std::string text =
      fmt::format("before: {}, peak {:.1f} GFLOP/s; after: {}, peak {:.1f} GFLOP/s\n", first.before.target,
                  first.before.peak_gflops, first.after.target, first.after.peak_gflops);
  if (std::abs(first.after.peak_gflops / first.before.peak_gflops - 1.0) > kSamePeak)
    text += "The peaks differ: compare the shares of the peak, not the times.\n";
  return text;
}

}  // namespace

std::vector<BenchPoint> read_bench(std::istream& input, const std::string& source) {
  std::vector<BenchPoint> points;
  std::size_t number = 0;
  for (std::string line; std::getline(input, line);) {
    ++number;
    if (line.empty()) continue;
    try {
      BenchPoint point = read_point(line);
      const auto known =
          std::ranges::find_if(points, [&](const BenchPoint& other) { return is_same(other, point); });
      if (known == points.end())
        points.push_back(std::move(point));
      else if (point.ns_per_sample < known->ns_per_sample)
        *known = std::move(point);
    } catch (const std::exception& error) {
      throw std::runtime_error(fmt::format("{}:{}: {}", source, number, error.what()));
    }
  }
  if (points.empty())
    throw std::runtime_error(source + ": expected lines of namrack bench --json, found none");
  return points;
}

BenchComparison compare_bench(const std::vector<BenchPoint>& before, const std::vector<BenchPoint>& after) {
  BenchComparison comparison{
      .pairs = {}, .gone = missing_in(after, before), .new_ones = missing_in(before, after)};
  for (const BenchPoint& point : after) {
    const auto former =
        std::ranges::find_if(before, [&](const BenchPoint& other) { return is_same(other, point); });
    if (former != before.end()) comparison.pairs.push_back({*former, point});
  }
  return comparison;
}

json::object pair_json(const BenchPair& pair) {
  return {{"model", pair.after.model},
          {"block", pair.after.block},
          {"ns_per_sample_before", pair.before.ns_per_sample},
          {"ns_per_sample_after", pair.after.ns_per_sample},
          {"speedup", pair.speedup()},
          {"fraction_of_peak_before", pair.before.fraction_of_peak},
          {"fraction_of_peak_after", pair.after.fraction_of_peak},
          {"peak_ratio", pair.peak_ratio()}};
}

std::string comparison_table(const BenchComparison& comparison, const Style& style) {
  std::string text;
  if (!comparison.pairs.empty()) {
    using enum Table::Align;
    using enum Table::Fit;
    Table table({{"MODEL", left, beginning},
                 {"BLOCK", right},
                 {"BEFORE", right},
                 {"AFTER", right},
                 {"SPEED-UP", right},
                 {"", left},
                 {"PEAK BEFORE", right},
                 {"AFTER", right},
                 {"RATIO", right, left_out}});
    double product = 1.0;
    for (const BenchPair& pair : comparison.pairs) {
      product *= pair.speedup();
      table.add_row({pair.after.model, std::to_string(pair.after.block),
                     fmt::format("{:.1f} ns", pair.before.ns_per_sample),
                     fmt::format("{:.1f} ns", pair.after.ns_per_sample),
                     fmt::format("{:.2f}", pair.speedup()), std::string(verdict(pair.speedup())),
                     percent_text(pair.before.fraction_of_peak), percent_text(pair.after.fraction_of_peak),
                     fmt::format("{:.2f}", pair.peak_ratio())});
    }
    const double mean = std::pow(product, 1.0 / static_cast<double>(comparison.pairs.size()));
    text = table.text(style.columns()) +
           fmt::format("{:.2f} times faster in the geometric mean of {}\n", mean, comparison.pairs.size()) +
           caution(comparison);
  }
  std::string others;
  if (!comparison.gone.empty()) others += "only before: " + names_text(comparison.gone) + '\n';
  if (!comparison.new_ones.empty()) others += "only after: " + names_text(comparison.new_ones) + '\n';
  return text + style.fit(others);
}

}  // namespace namrack::cli
