#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>

#include "engine/base/realtime.h"

namespace namrack::engine {

/// The most channels that one signal has.
inline constexpr std::size_t kMaxChannels = 2;
/// The most frames that a stage is given at a time; the rig cuts longer blocks.
inline constexpr std::size_t kMaxFrames = 256;

/// Some frames of a signal in somebody else's memory: 1 to kMaxChannels channels of as many samples each.
/// Samples are linear, 1.0 = 0 dBFS. Cheap to copy; real-time safe.
template <class Sample>
class BasicBlock {
 public:
  BasicBlock(Sample* mono, std::size_t frames) : first_{mono}, channels_(1), frames_(frames) {}
  BasicBlock(Sample* left, Sample* right, std::size_t frames)
      : first_{left, right}, channels_(2), frames_(frames) {}
  /// A block that may be written to can be read as well.
  operator BasicBlock<const Sample>() const NAMRACK_REALTIME {
    return channels_ == 1 ? BasicBlock<const Sample>(first_[0], frames_)
                          : BasicBlock<const Sample>(first_[0], first_[1], frames_);
  }

  std::size_t channels() const NAMRACK_REALTIME { return channels_; }
  std::size_t frames() const NAMRACK_REALTIME { return frames_; }
  std::span<Sample> channel(std::size_t i) const NAMRACK_REALTIME { return {first_[i], frames_}; }
  /// The `frames` frames from `offset` on.
  BasicBlock part(std::size_t offset, std::size_t frames) const NAMRACK_REALTIME {
    BasicBlock part = *this;
    for (std::size_t i = 0; i < channels_; ++i) part.first_[i] += offset;
    part.frames_ = frames;
    return part;
  }

 private:
  std::array<Sample*, kMaxChannels> first_{};
  std::size_t channels_, frames_;
};

using Block = BasicBlock<float>;
using ConstBlock = BasicBlock<const float>;

inline void fill(const Block& block, float value) NAMRACK_REALTIME {
  for (std::size_t i = 0; i < block.channels(); ++i) std::ranges::fill(block.channel(i), value);
}

/// `to` has the frames of `from`, and as many channels. They may be the same memory.
inline void copy(const ConstBlock& from, const Block& to) NAMRACK_REALTIME {
  for (std::size_t i = 0; i < to.channels(); ++i)
    if (from.channel(i).data() != to.channel(i).data())
      std::ranges::copy(from.channel(i), to.channel(i).begin());
}

/// Memory for a block of kMaxFrames with every channel.
class BlockMemory {
 public:
  /// As many frames and channels as `like`; what they hold is not said.
  Block like(ConstBlock like) NAMRACK_REALTIME {
    return like.channels() == 1 ? Block(samples_[0].data(), like.frames())
                                : Block(samples_[0].data(), samples_[1].data(), like.frames());
  }
  Block mono(std::size_t frames) NAMRACK_REALTIME { return {samples_[0].data(), frames}; }

 private:
  std::array<std::array<float, kMaxFrames>, kMaxChannels> samples_{};
};

}  // namespace namrack::engine
