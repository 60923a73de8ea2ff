#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/text/style.h"
#include "engine/model/model.h"
#include "engine/offline/bench.h"

namespace namrack::cli {

/// One model at one block size.
struct BenchRow {
  std::string model;  ///< path
  std::string architecture;
  std::string target;    ///< SIMD target in use
  bool general = false;  ///< whether kernels of compile-time shapes were left aside
  std::uint64_t macs_per_sample = 0;
  engine::BenchResult timing;
  engine::LoadTime load;
  double peak_gflops = 0.0;       ///< of this core
  double fraction_of_peak = 0.0;  ///< 0..1, counting a multiply-add as two operations
};

BenchRow make_bench_row(const engine::Model& model, const engine::BenchResult& timing,
                        const engine::LoadTime& load, double peak_gflops);
/// The object that `bench --json` prints.
boost::json::object bench_json(const BenchRow& row);
/// A table with a bar for the share of the block's deadline that each run took.
/// In a narrow terminal it has fewer columns.
std::string bench_table(const std::vector<BenchRow>& rows, const Style& style);

}  // namespace namrack::cli
