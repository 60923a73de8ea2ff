#include "engine/offline/bench.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>

#include "cli/actions.h"
#include "cli/failure.h"
#include "cli/offline/bench_compare.h"
#include "cli/offline/bench_report.h"
#include "cli/offline/progress_bar.h"
#include "cli/offline/shipped_models.h"
#include "cli/text/output.h"
#include "engine/offline/simd_target.h"
#include "protocol/socket_path.h"
#include "protocol/wire/json_text.h"

namespace namrack::cli {

void bench_models(const GlobalOptions& options, const BenchModels& bench) {
  std::vector<std::filesystem::path> paths = bench.models;
  if (paths.empty()) paths = shipped_models(protocol::process_environment);
  if (paths.empty()) {
    throw std::runtime_error(
        "no models to bench: name some, or set NAMRACK_FIXTURES to the folder that holds "
        "models/random");
  }
  if (!bench.target.empty()) engine::limit_simd_target(bench.target);
  engine::LoadOptions load_options;
  if (bench.general) load_options.path = engine::CodePath::general;
  // Read all of them first: a bad file should not cost the time of the good ones.
  std::vector<std::shared_ptr<const engine::Model>> models;
  for (const auto& path : paths) models.push_back(engine::Model::load(path, load_options));

  const double peak_gflops = engine::measure_peak_gflops();
  std::vector<BenchRow> rows;
  const std::size_t runs = models.size() * bench.blocks.size();
  {
    ProgressBar progress("measuring");
    for (const auto& model : models) {
      const engine::LoadTime load = engine::bench_load(model->info().path, load_options);
      for (const std::size_t block : bench.blocks) {
        progress.show(static_cast<double>(rows.size()) / static_cast<double>(runs));
        rows.push_back(
            make_bench_row(*model, engine::bench(*model, block, bench.seconds), load, peak_gflops));
        rows.back().general = load_options.path == engine::CodePath::general;
        if (options.json) print(protocol::json_text(bench_json(rows.back())) + '\n');
      }
    }
  }
  if (!options.json) print(bench_table(rows, Style::for_output(STDOUT_FILENO)));
}

void compare_bench_files(const GlobalOptions& options, const CompareBench& compare) {
  const auto read = [](const std::filesystem::path& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error(path.string() + ": " + reason_of(errno));
    return read_bench(file, path.string());
  };
  const std::vector<BenchPoint> before = read(compare.before);
  const BenchComparison comparison = compare_bench(before, read(compare.after));
  if (!options.json) return print(comparison_table(comparison, Style::for_output(STDOUT_FILENO)));
  for (const BenchPair& pair : comparison.pairs) print(protocol::json_text(pair_json(pair)) + '\n');
}

}  // namespace namrack::cli
