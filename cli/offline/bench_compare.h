#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <istream>
#include <string>
#include <vector>

#include "cli/text/style.h"

namespace namrack::cli {

/// A line of `bench --json`, as far as it is compared.
struct BenchPoint {
  std::string model;  ///< name of the file, without its folder and ending
  std::size_t block = 0;
  double ns_per_sample = 0.0;
  double fraction_of_peak = 0.0;
  double peak_gflops = 0.0;
  std::string target;
};

/// The same model and block, measured before and after.
struct BenchPair {
  BenchPoint before, after;
  /// How many times faster it is after.
  double speedup() const { return before.ns_per_sample / after.ns_per_sample; }
  /// The same as shares of the core's peak: also where the two were measured on different machines.
  double peak_ratio() const { return after.fraction_of_peak / before.fraction_of_peak; }
};

struct BenchComparison {
  std::vector<BenchPair> pairs;            ///< in the order of the second file
  std::vector<BenchPoint> gone, new_ones;  ///< in one file only
};

/// Reads what `bench --json` has printed; of a model and block that come twice the faster one counts. Throws
/// std::runtime_error that names `source`, the line, what is expected and what is found.
std::vector<BenchPoint> read_bench(std::istream& input, const std::string& source);
BenchComparison compare_bench(const std::vector<BenchPoint>& before, const std::vector<BenchPoint>& after);

/// The lines that `bench --compare --json` prints.
boost::json::object pair_json(const BenchPair& pair);
std::string comparison_table(const BenchComparison& comparison, const Style& style);

}  // namespace namrack::cli
