#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <thread>

#include "engine/base/realtime.h"

namespace namrack::engine {

/// Where the host's transport is while it rolls.
struct TransportPosition {
  std::uint64_t frame = 0;  ///< frame time at which it is there
  double beat = 0.0;        ///< since the beginning of the first bar, counted from 0
  double beats_per_bar = 4.0;
  double beats_per_minute = 120.0;
};

/// The latest position: one thread writes, which is real-time safe; any other reads.
class TransportClock {
 public:
  void roll(const TransportPosition& position) NAMRACK_REALTIME {
    const std::uint32_t version = version_.load(std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    rolls_.store(true, std::memory_order_relaxed);
    frame_.store(position.frame, std::memory_order_relaxed);
    beat_.store(position.beat, std::memory_order_relaxed);
    beats_per_bar_.store(position.beats_per_bar, std::memory_order_relaxed);
    beats_per_minute_.store(position.beats_per_minute, std::memory_order_relaxed);
    version_.store(version + 2, std::memory_order_release);
  }
  void stand() NAMRACK_REALTIME { rolls_.store(false, std::memory_order_relaxed); }

  /// nullopt while it stands still. Any thread but the writer's, and not the audio thread: it may yield.
  std::optional<TransportPosition> position() const {
    constexpr int kTries = 1000;  // the writer may have been interrupted in the middle
    for (int i = 0; i < kTries; ++i) {
      const std::uint32_t version = version_.load(std::memory_order_acquire);
      const TransportPosition read{.frame = frame_.load(std::memory_order_relaxed),
                                   .beat = beat_.load(std::memory_order_relaxed),
                                   .beats_per_bar = beats_per_bar_.load(std::memory_order_relaxed),
                                   .beats_per_minute = beats_per_minute_.load(std::memory_order_relaxed)};
      if (!rolls_.load(std::memory_order_relaxed)) return std::nullopt;
      std::atomic_thread_fence(std::memory_order_acquire);
      if (version % 2 == 0 && version_.load(std::memory_order_relaxed) == version) return read;
      std::this_thread::yield();
    }
    return std::nullopt;
  }

 private:
  std::atomic<std::uint32_t> version_{0};  ///< odd while it is written
  std::atomic<bool> rolls_{false};
  std::atomic<std::uint64_t> frame_{0};
  std::atomic<double> beat_{0.0}, beats_per_bar_{4.0}, beats_per_minute_{120.0};
};

}  // namespace namrack::engine
