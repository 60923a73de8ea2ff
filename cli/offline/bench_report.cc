#include "cli/offline/bench_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/offline/progress_bar.h"
#include "cli/text/table.h"
#include "cli/text/units.h"

namespace namrack::cli {
namespace {

constexpr int kBarWidth = 16;

/// Share of the block's deadline that the median block took.
double load_of(const BenchRow& row) {
  return row.timing.realtime_factor > 0.0 ? 1.0 / row.timing.realtime_factor : 0.0;
}

std::string microseconds(double us) {
  return us < 10 ? fmt::format("{:.2f} µs", us) : fmt::format("{:.1f} µs", us);
}

}  // namespace

BenchRow make_bench_row(const engine::Model& model, const engine::BenchResult& timing,
                        const engine::LoadTime& load, double peak_gflops) {
  const engine::ModelInfo& info = model.info();
  const double flops_per_ns = 2.0 * static_cast<double>(info.macs_per_sample) / timing.ns_per_sample;
  return {.model = info.path.string(),
          .architecture = info.architecture,
          .target = model.target(),
          .macs_per_sample = info.macs_per_sample,
          .timing = timing,
          .load = load,
          .peak_gflops = peak_gflops,
          .fraction_of_peak = flops_per_ns / peak_gflops};
}

boost::json::object bench_json(const BenchRow& row) {
  return {{"model", row.model},
          {"architecture", row.architecture},
          {"block", row.timing.block},
          {"ns_per_sample", row.timing.ns_per_sample},
          {"us_per_block_p50", row.timing.us_per_block_p50},
          {"us_per_block_p999", row.timing.us_per_block_p999},
          {"us_per_block_max", row.timing.us_per_block_max},
          {"us_per_block_p999_undisturbed", row.timing.us_per_block_p999_undisturbed},
          {"macs_per_sample", row.macs_per_sample},
          {"realtime_factor", row.timing.realtime_factor},
          {"target", row.target},
          {"general", row.general},
          {"peak_gflops", row.peak_gflops},
          {"fraction_of_peak", row.fraction_of_peak},
          {"load_ms", row.load.load_ms},
          {"json_parse_ms", row.load.json_parse_ms},
          {"bytes", row.load.bytes}};
}

std::string bench_table(const std::vector<BenchRow>& rows, const Style& style) {
  if (rows.empty()) return "";
  using enum Table::Align;
  using enum Table::Fit;
  Table table({{"MODEL", left, beginning},
               {"TYPE", left, left_out},
               {"BLOCK", right},
               {"A SAMPLE", right},
               {"MEDIAN", right},
               {"99.9 %", right},
               {"UNDISTURBED", right, left_out},
               {"MAX", right, left_out},
               {"LOAD", right},
               {"", left, left_out},
               {"OF PEAK", right},
               {"TO LOAD", right, left_out},
               {"JSON ALONE", right, left_out},
               {"MEMORY", right, left_out}});
  const double heaviest = std::ranges::max(rows, {}, load_of).timing.realtime_factor;
  for (const BenchRow& row : rows) {
    const engine::BenchResult& timing = row.timing;
    table.add_row({std::filesystem::path(row.model).stem().string(), row.architecture,
                   std::to_string(timing.block), fmt::format("{:.1f} ns", timing.ns_per_sample),
                   microseconds(timing.us_per_block_p50), microseconds(timing.us_per_block_p999),
                   microseconds(timing.us_per_block_p999_undisturbed), microseconds(timing.us_per_block_max),
                   percent_text(load_of(row)), bar_text(load_of(row) * heaviest, kBarWidth),
                   percent_text(row.fraction_of_peak), milliseconds_text(row.load.load_ms),
                   milliseconds_text(row.load.json_parse_ms),
                   bytes_text(static_cast<double>(row.load.bytes))});
  }
  const std::string text = table.text(style.columns());
  const bool has_undisturbed = text.find("UNDISTURBED") != std::string::npos;
  return text +
         style.fit(
             fmt::format(
                 "{}, peak {:.1f} GFLOP/s; LOAD is the median block's share of its deadline{}\n",
                 rows.front().target, rows.front().peak_gflops,
                 has_undisturbed ? ", UNDISTURBED the 99.9 % without what the machine did between" : ""),
             0);
}

}  // namespace namrack::cli
