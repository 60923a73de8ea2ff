#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "engine/base/realtime.h"

namespace namrack::engine {

/// How much of each block's deadline the processing took: mean, 99th percentile and maximum.
/// The audio thread brackets its work with begin() and end(); any other thread reads a snapshot.
/// Time comes from the CPU's cycle counter, because asking the system for it may be a system call.
class DspLoad {
 public:
  /// Fractions of the deadline: 0.25 is a quarter of the block's duration.
  struct Snapshot {
    double mean = 0.0, p99 = 0.0, max = 0.0;
    std::uint64_t blocks = 0;
  };

  /// Control thread, while no audio thread runs: the deadline of a block is frames / sample_rate seconds.
  void configure(double sample_rate);
  /// Audio thread.
  void begin() NAMRACK_REALTIME;
  void end(std::size_t frames) NAMRACK_REALTIME;
  /// Any thread.
  Snapshot snapshot() const;
  void restart() { restart_.store(true, std::memory_order_release); }

 private:
  // Loads are counted in logarithmic bins, eight to the octave, from 2^-14 to 2^2 of the deadline.
  static constexpr int kBinsPerOctave = 8;
  static constexpr int kLowestOctave = -14;
  static constexpr int kBins = 16 * kBinsPerOctave;

  double ticks_per_frame_ = 1.0;
  std::uint64_t begin_ticks_ = 0;
  std::array<std::atomic<std::uint32_t>, kBins> bins_{};
  std::atomic<double> sum_{0.0}, max_{0.0};
  std::atomic<std::uint64_t> blocks_{0};
  std::atomic<bool> restart_{false};
};

}  // namespace namrack::engine
