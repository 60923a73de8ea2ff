#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <vector>

#include "engine/model/model.h"

namespace namrack::engine {

/// Timing of one model at one block size, on the thread that measured it; what reading the clock takes is
/// taken off.
struct BenchResult {
  std::size_t block = 64;      ///< frames
  std::size_t blocks = 0;      ///< that were timed
  double ns_per_sample = 0.0;  ///< from the median block
  double us_per_block_p50 = 0.0, us_per_block_p999 = 0.0, us_per_block_max = 0.0;
  /// 99.9th percentile of blocks that nothing else disturbs (ShortestTimes): what is left of the spread is
  /// the model's own.
  double us_per_block_p999_undisturbed = 0.0;
  double realtime_factor = 0.0;  ///< how many times faster than its own sample rate it runs
};

/// Runs the model on a guitar-like noise signal for about `seconds` of wall time after a warm-up.
BenchResult bench(const Model& model, std::size_t block, double seconds);

/// Time and memory that a model file takes until it can be heard.
struct LoadTime {
  double load_ms = 0.0;        ///< reading, parsing, checking, packing, and a prewarmed instance
  double json_parse_ms = 0.0;  ///< reading the file and parsing its JSON, nothing else
  std::size_t bytes = 0;       ///< packed weights and one instance
};

/// Loads the file several times, and parses it as often in between; the medians count. Throws ModelError.
LoadTime bench_load(const std::filesystem::path& file, const LoadOptions& options = {});

/// This core's single-thread float32 FMA peak in GFLOP/s, measured with the SIMD target in use.
double measure_peak_gflops();

}  // namespace namrack::engine
