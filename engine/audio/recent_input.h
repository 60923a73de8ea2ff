#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "engine/base/realtime.h"

namespace namrack::engine {

/// The last seconds of a rig's input, so that a model that joins while it plays can be given the past it has
/// not heard. Frames are counted from the first that was ever appended.
///
/// One thread appends and never waits; any other may read meanwhile, and is told when it came too late.
class RecentInput {
 public:
  /// 5.4 s at 48 kHz.
  static constexpr std::size_t kFrames = std::size_t{1} << 18U;
  /// The most that one append() takes.
  static constexpr std::size_t kMaxAppend = 1024;
  /// The oldest frames that can be relied on, counted back from end(), while something is being appended.
  static constexpr std::size_t kReadable = kFrames - kMaxAppend;

  /// Allocates, and touches what it allocates.
  RecentInput() : samples_(std::make_unique<std::atomic<float>[]>(kFrames)) {}

  /// Audio thread; real-time safe.
  void append(std::span<const float> in) NAMRACK_REALTIME {
    const std::uint64_t end = end_.load(std::memory_order_relaxed);
    // Whoever sees one of the samples below also sees the `end` from before them.
    std::atomic_thread_fence(std::memory_order_release);
    for (std::size_t i = 0; i < in.size(); ++i)
      samples_[(end + i) % kFrames].store(in[i], std::memory_order_relaxed);
    end_.store(end + in.size(), std::memory_order_release);
  }

  /// How many frames have been appended. Any thread.
  std::uint64_t end() const NAMRACK_REALTIME { return end_.load(std::memory_order_acquire); }

  /// Copies the frames from `from` on; false when they are not there any more, or not yet. Any thread;
  /// real-time safe.
  bool read(std::uint64_t from, std::span<float> out) const NAMRACK_REALTIME {
    if (from + out.size() > end()) return false;
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = samples_[(from + i) % kFrames].load(std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_acquire);
    return end_.load(std::memory_order_relaxed) <= from + kReadable;
  }

  /// Replaces the past by silence. Only while nothing is appended.
  void silence() NAMRACK_REALTIME {
    for (std::size_t i = 0; i < kFrames; ++i) samples_[i].store(0.0F, std::memory_order_relaxed);
  }

 private:
  std::unique_ptr<std::atomic<float>[]> samples_;
  std::atomic<std::uint64_t> end_{0};
};

}  // namespace namrack::engine
