#include "engine/audio/dsp_load.h"

#include <algorithm>
#include <cmath>

#include "engine/base/cycle_counter.h"

namespace namrack::engine {

void DspLoad::configure(double sample_rate) {
  ticks_per_frame_ = cycle_rate() / sample_rate;
  restart();
}

void DspLoad::begin() NAMRACK_REALTIME {
  if (restart_.exchange(false, std::memory_order_acquire)) {
    for (auto& bin : bins_) bin.store(0, std::memory_order_relaxed);
    sum_.store(0.0, std::memory_order_relaxed);
    max_.store(0.0, std::memory_order_relaxed);
    blocks_.store(0, std::memory_order_relaxed);
  }
  begin_ticks_ = cycle_count();
}

void DspLoad::end(std::size_t frames) NAMRACK_REALTIME {
  if (frames == 0) return;
  const auto ticks = static_cast<double>(cycle_count() - begin_ticks_);
  const double load = ticks / (ticks_per_frame_ * static_cast<double>(frames));
  const double octaves = std::log2(std::max(load, 1e-9)) - kLowestOctave;
  const auto bin = static_cast<int>(std::clamp(octaves * kBinsPerOctave, 0.0, kBins - 1.0));
  auto& counter = bins_[static_cast<std::size_t>(bin)];
  // This thread is the only writer: a load and a store are cheaper than an atomic increment.
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  sum_.store(sum_.load(std::memory_order_relaxed) + load, std::memory_order_relaxed);
  max_.store(std::max(max_.load(std::memory_order_relaxed), load), std::memory_order_relaxed);
  blocks_.store(blocks_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

DspLoad::Snapshot DspLoad::snapshot() const {
  Snapshot result;
  result.blocks = blocks_.load(std::memory_order_acquire);
  if (result.blocks == 0 || restart_.load(std::memory_order_acquire)) return {};
  result.mean = sum_.load(std::memory_order_relaxed) / static_cast<double>(result.blocks);
  result.max = max_.load(std::memory_order_relaxed);
  std::uint64_t above = result.blocks / 100;  // blocks beyond the 99th percentile
  int bin = kBins - 1;
  for (; bin > 0; --bin) {
    const std::uint32_t count = bins_[static_cast<std::size_t>(bin)].load(std::memory_order_relaxed);
    if (count > above) break;
    above -= count;
  }
  const double upper_edge = std::exp2(static_cast<double>(bin + 1) / kBinsPerOctave + kLowestOctave);
  result.p99 = std::min(upper_edge, result.max);
  return result;
}

}  // namespace namrack::engine
