// One layer's history in use, compiled once per SIMD target.

#include <algorithm>
#include <cstddef>
#include <vector>

#include "engine/base/aligned_floats.h"
#include "engine/network/simd/history_layout.h"
#include "engine/network/simd/matrix_tile-inl.h"

#if defined(NAMRACK_SIMD_HISTORY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_HISTORY_INL_H_
#undef NAMRACK_SIMD_HISTORY_INL_H_
#else
#define NAMRACK_SIMD_HISTORY_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

static_assert(kLanes <= HistoryLayout::kLine);

/// A history and where its next frame goes. Memory belongs to the network's state. Real-time safe.
class History {
 public:
  History(const HistoryLayout& layout, float* memory)
      : layout_(layout), memory_(memory), position_(layout.is_ring() ? 0 : layout.past) {}

  std::size_t stride() const { return layout_.stride; }
  /// The place of the current tile's frames (channel 0); whole vectors may be written.
  float* current() const { return memory_ + position_; }
  /// The current tile as a convolution sees it, whose taps reach back no further than the layout allows.
  template <class Taps, class Channels>
  Operand<Taps, Channels> taps(Taps taps, std::size_t dilation, Channels channels) const {
    const std::size_t reach = (taps - 1) * dilation;
    const std::size_t oldest = position_ >= reach ? position_ - reach : position_ + layout_.length - reach;
    return {memory_, oldest, taps > 1 ? dilation : 0, layout_.length, taps, channels, layout_.stride};
  }
  /// Makes the `frames` frames just written readable from everywhere.
  void commit(std::size_t frames) const {
    if (HWY_UNLIKELY(position_ < layout_.mirrored || position_ + frames > layout_.length)) mirror(frames);
  }
  /// Moves on past the `frames` frames of the current tile. `channels` are the layout's.
  template <class Channels>
  void advance(Channels channels, std::size_t frames) {
    if (!layout_.is_ring()) return copy(channels, frames, 0, layout_.past);
    position_ += frames;
    if (position_ >= layout_.length) position_ -= layout_.length;
  }
  void advance(std::size_t frames) { advance(Dim<0>(layout_.channels), frames); }
  /// Goes to where `other`, of the same layout, stands.
  void go_to(const History& other) { position_ = other.position_; }
  /// Makes every frame of the past equal to the current one: the state after a long constant input.
  void fill_with_current() const {
    for (std::size_t c = 0; c < layout_.channels; ++c) {
      float* channel = memory_ + c * layout_.stride;
      std::fill_n(channel, layout_.stride, channel[position_]);
    }
  }

 private:
  /// Only rings have a mirror, and few tiles meet it.
  HWY_NOINLINE void mirror(std::size_t frames) const {
    const Dim<0> channels(layout_.channels);
    const std::size_t end = position_ + frames;
    if (end > layout_.length) copy(channels, layout_.length, 0, end - layout_.length);
    if (position_ < layout_.mirrored) {
      copy(channels, position_, layout_.length + position_, std::min(end, layout_.mirrored) - position_);
    }
  }
  /// In every channel, in whole vectors from the first to the last: `from` and `to` are positions, which may
  /// overlap if `to` is the lower one.
  template <class Channels>
  HWY_INLINE void copy(Channels channels, std::size_t from, std::size_t to, std::size_t frames) const {
    const FloatTag d;
    for (std::size_t t = 0; t < frames; t += kLanes) {
      float* at = memory_ + t;
      for (std::size_t c = 0; c < channels; ++c, at += layout_.stride)
        hn::StoreU(hn::LoadU(d, at + from), d, at + to);
    }
  }

  HistoryLayout layout_;
  float* memory_;
  std::size_t position_;
};

/// All histories of a network, and their memory.
class Histories {
 public:
  explicit Histories(const std::vector<HistoryLayout>& layouts) {
    std::size_t floats = 0;
    for (const HistoryLayout& layout : layouts) floats += layout.floats();
    memory_ = AlignedFloats(floats);
    float* memory = memory_.data();
    for (const HistoryLayout& layout : layouts) {
      histories_.emplace_back(layout, memory);
      memory += layout.floats();
    }
  }

  History* data() { return histories_.data(); }
  std::size_t size() const { return histories_.size(); }
  void clear() { std::fill_n(memory_.data(), memory_.size(), 0.0F); }
  /// Takes over the past that `other`, of the same layouts, has seen.
  void copy(const Histories& other) {
    std::copy_n(other.memory_.data(), memory_.size(), memory_.data());
    for (std::size_t i = 0; i < histories_.size(); ++i) histories_[i].go_to(other.histories_[i]);
  }
  std::size_t bytes() const { return memory_.size() * sizeof(float); }

 private:
  AlignedFloats memory_;
  std::vector<History> histories_;
};

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_HISTORY_INL_H_
