#include "engine/offline/bench.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/base/flush_denormals.h"
#include "engine/format/model_text.h"
#include "engine/measure/block_times.h"
#include "engine/measure/noise.h"

namespace namrack::engine {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double median(std::vector<double> values) {
  return percentile(std::move(values), 0.5);
}

/// The time that reading the clock takes, in seconds.
double clock_seconds() {
  std::vector<double> times(1000);
  for (double& time : times) time = seconds_since(Clock::now());
  return median(std::move(times));
}

}  // namespace

BenchResult bench(const Model& model, std::size_t block, double seconds) {
  const ScopedFlushDenormals flush_denormals;
  std::unique_ptr<Network> network = model.instantiate();
  const std::vector<float> noise = guitar_like_noise(std::max<std::size_t>(block, 16384) / block * block);
  std::vector<float> out(block);
  const double clock = clock_seconds();
  const auto time_block = [&](std::size_t index) {
    const Clock::time_point begin = Clock::now();
    network->process(noise.data() + index * block % noise.size(), out.data(), block);
    return std::max(seconds_since(begin) - clock, 1e-9);
  };
  const double warm_up = std::min(0.2, seconds / 4);
  std::size_t warm_blocks = 0;
  for (const Clock::time_point begin = Clock::now(); seconds_since(begin) < warm_up;)
    time_block(warm_blocks++);

  // As many blocks as show a rare one, and as leave time for some rounds.
  constexpr double kRounds = 16;
  const double blocks_in_time = seconds / warm_up * static_cast<double>(warm_blocks);
  ShortestTimes shortest(static_cast<std::size_t>(std::clamp(blocks_in_time / kRounds, 64.0, 4096.0)));
  std::vector<double> times;
  times.reserve(static_cast<std::size_t>(std::min(seconds * 1e6, 4e6)) + 1);
  const Clock::time_point begin = Clock::now();
  const auto goes_on = [&] {
    return times.empty() || (seconds_since(begin) < seconds && times.size() < times.capacity());
  };
  while (goes_on()) {
    // One whose rings begin where those of the last one began; and its memory is not in the cache yet.
    network = model.instantiate();
    constexpr std::size_t kUntimed = 16;
    for (std::size_t i = 0; i < kUntimed && seconds_since(begin) < seconds; ++i) time_block(i);
    for (std::size_t i = 0; i < shortest.blocks() && goes_on(); ++i) {
      times.push_back(time_block(i));
      shortest.add(i, times.back());
    }
  }
  const double p50 = median(times);
  const double per_frame = p50 / static_cast<double>(block);
  return {.block = block,
          .blocks = times.size(),
          .ns_per_sample = per_frame * 1e9,
          .us_per_block_p50 = p50 * 1e6,
          .us_per_block_p999 = percentile(times, 0.999) * 1e6,
          .us_per_block_max = *std::max_element(times.begin(), times.end()) * 1e6,
          .us_per_block_p999_undisturbed = shortest.percentile(0.999) * 1e6,
          .realtime_factor = 1.0 / (per_frame * model.sample_rate())};
}

LoadTime bench_load(const std::filesystem::path& file, const LoadOptions& options) {
  constexpr double kEnough = 0.2;  // seconds
  constexpr int kFewest = 5;
  LoadTime result;
  std::vector<double> loads;
  std::vector<double> parses;
  const Clock::time_point begin = Clock::now();
  while (static_cast<int>(loads.size()) < kFewest || seconds_since(begin) < kEnough) {
    const Clock::time_point load_begin = Clock::now();
    {
      const std::shared_ptr<const Model> model = Model::load(file, options);
      const std::unique_ptr<Network> network = model->instantiate();
      loads.push_back(seconds_since(load_begin));
      result.bytes = model->weight_bytes() + network->state_bytes();
    }
    const Clock::time_point parse_begin = Clock::now();
    const auto json = parse_plain_json(read_model_text(file));
    parses.push_back(seconds_since(parse_begin));
  }
  result.load_ms = 1e3 * median(loads);
  result.json_parse_ms = 1e3 * median(parses);
  return result;
}

}  // namespace namrack::engine
