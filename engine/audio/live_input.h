#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "engine/audio/block.h"
#include "engine/audio/input_guard.h"
#include "engine/audio/meter.h"
#include "engine/audio/recent_input.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// The input, made finite, measured and kept for a while. The audio thread writes; what is noexcept is
/// real-time safe.
class LiveInput {
 public:
  /// In Hz. Only while no audio thread runs. What came before is forgotten.
  void set_sample_rate(double hz) {
    guard_.set_sample_rate(hz);
    recent_.silence();
  }

  /// Copies the first channel of `in` to `dry`, which is other memory: nothing else may see `in`.
  void take(const ConstBlock& in, const Block& dry) NAMRACK_REALTIME {
    if (!guard_.process(in.channel(0), dry.channel(0))) is_sound_ = false;
    meter_.measure(dry);
    recent_.append(dry.channel(0));
  }
  /// Counts the block when some of it was no sound.
  void end_block() NAMRACK_REALTIME {
    if (!std::exchange(is_sound_, true)) faults_.fetch_add(1, std::memory_order_relaxed);
  }

  // Any thread; the meter is read by one.
  Meter& meter() NAMRACK_REALTIME { return meter_; }
  const RecentInput& recent() const NAMRACK_REALTIME { return recent_; }
  std::uint64_t faults() const NAMRACK_REALTIME { return faults_.load(std::memory_order_relaxed); }

 private:
  InputGuard guard_;
  bool is_sound_ = true;  ///< of the block that is being processed, as far as it was looked at
  Meter meter_;
  RecentInput recent_;
  std::atomic<std::uint64_t> faults_{0};
};

}  // namespace namrack::engine
