#pragma once

#include <atomic>
#include <cmath>
#include <cstddef>

#include "engine/audio/block.h"
#include "engine/audio/meter.h"
#include "engine/audio/peak_guard.h"
#include "engine/audio/ramp.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// The last steps before the sound goes out: mute, peak guard, meter. The audio thread writes; what is
/// noexcept is real-time safe.
class LiveOutput {
 public:
  static constexpr double kMuteSeconds = 0.010;

  /// In Hz. Only while no audio thread runs.
  void set_sample_rate(double hz) {
    gain_.set_frames(static_cast<std::size_t>(std::lround(kMuteSeconds * hz)));
    guard_.set_sample_rate(hz);
  }

  /// Once a block, before it is processed.
  void begin_block() NAMRACK_REALTIME {
    const bool muted = muted_.load(std::memory_order_relaxed);
    gain_.go_to(muted ? 0.0F : 1.0F);
    silent_.store(muted && !gain_.moves(), std::memory_order_release);
  }
  void end_ramps() NAMRACK_REALTIME { gain_.end(); }
  /// In place; no peak exceeds `ceiling`, linear.
  void process(const Block& out, float ceiling) NAMRACK_REALTIME {
    gain_.multiply(out);
    guard_.process(out, ceiling);
    meter_.measure(out);
  }

  // Any thread; the meter is read by one.
  void mute(bool on) NAMRACK_REALTIME { muted_.store(on, std::memory_order_relaxed); }
  bool is_silent() const NAMRACK_REALTIME { return silent_.load(std::memory_order_acquire); }
  Meter& meter() NAMRACK_REALTIME { return meter_; }

 private:
  std::atomic<bool> muted_{false}, silent_{false};
  Ramp gain_;
  PeakGuard guard_;
  Meter meter_;
};

}  // namespace namrack::engine
