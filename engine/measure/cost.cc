#include "engine/measure/cost.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <thread>
#include <utility>

#include "engine/base/flush_denormals.h"
#include "engine/measure/block_times.h"
#include "engine/measure/noise.h"

namespace namrack::engine {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr int kTrials = 3;
constexpr Seconds kTrial{0.06};
// Large blocks come closer together than they would, so that a trial has some of them.
constexpr double kFewestBlocks = 5.0;

double thread_cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// The time that reading the clock takes, in seconds: it is a system call.
double reading_seconds() {
  constexpr int kReadings = 64;
  std::vector<double> times;
  for (int i = 0; i < kReadings; ++i) {
    const double begin = thread_cpu_seconds();
    times.push_back(thread_cpu_seconds() - begin);
  }
  return percentile(std::move(times), 0.5);
}

Cost cost_of(const Trial& times) {
  const double median = percentile(times, 0.5);
  const double quartiles = percentile(times, 0.75) - percentile(times, 0.25);
  return {.seconds = median, .spread = times.size() > 1 ? quartiles / median : 1.0};
}

}  // namespace

Cost steadiest(const std::function<Trial()>& next_trial) {
  Cost best = cost_of(next_trial());
  for (int i = 1; i < kTrials && !best.is_certain(); ++i) {
    const Cost cost = cost_of(next_trial());
    if (cost.spread < best.spread) best = cost;
  }
  return best;
}

Cost measure_cost(const std::function<void()>& play_block, double period) {
  const double clock = reading_seconds();
  const auto time_block = [&] {
    const double begin = thread_cpu_seconds();
    play_block();
    return std::max(thread_cpu_seconds() - begin - clock, 1e-9);
  };
  const auto step =
      std::chrono::duration_cast<Clock::duration>(std::min(Seconds(period), kTrial / kFewestBlocks));
  const auto trial = [&] {
    Trial times;
    const Clock::time_point begin = Clock::now();
    Clock::time_point next = begin;
    do {
      times.push_back(time_block());
      next = std::max(next + step, Clock::now());
      std::this_thread::sleep_until(next);
    } while (Clock::now() - begin < kTrial);
    // The first one finds nothing in the caches that a stream keeps there.
    if (times.size() > 2) times.erase(times.begin());
    return times;
  };
  return steadiest(trial);
}

Cost measure_cost(const Model& model, std::size_t block) {
  const ScopedFlushDenormals flush_denormals;
  const std::unique_ptr<Network> network = model.instantiate();
  const std::vector<float> noise = guitar_like_noise(block);
  std::vector<float> out(block);
  return measure_cost([&] { network->process(noise.data(), out.data(), block); },
                      static_cast<double>(block) / model.sample_rate());
}

}  // namespace namrack::engine
