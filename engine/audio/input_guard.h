#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

#include "engine/base/loudest_sample.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// Whether all of it is finite and within kLoudestSample. Real-time safe.
inline bool is_sound(std::span<const float> samples) NAMRACK_REALTIME {
  int others = 0;  // no branch and no bool, so that it is compared a vector at a time
  for (const float sample : samples)
    others |= static_cast<int>(!(std::fabs(sample) <= kLoudestSample));  // NaN is one of them
  return others == 0;
}

/// The door for a signal that another program has made: what is no sound becomes silence, before a history or
/// a meter can keep it. Silence at once would be a click at either end, so each step from sound to silence
/// and back is bridged: what would jump falls to nothing within kBridgeSeconds. A single bad sample in a note
/// is so hardly heard, and a stream of nothing but bad ones is silent.
///
/// Sound passes bit for bit, but for the bridges. The result does not depend on how the signal is cut into
/// blocks. One thread at a time; process() and reset() are real-time safe.
class InputGuard {
 public:
  static constexpr double kBridgeSeconds = 0.005;

  /// In Hz. Starts afresh.
  void set_sample_rate(double hz) NAMRACK_REALTIME {
    bridge_frames_ = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(kBridgeSeconds * hz)));
    reset();
  }
  void reset() NAMRACK_REALTIME {
    last_ = step_ = 0.0F;
    left_ = 0;
    was_sound_ = true;
  }

  /// Copies `in` to `out`, which is other memory of the same size; returns false when some of it was no
  /// sound.
  bool process(std::span<const float> in, std::span<float> out) NAMRACK_REALTIME {
    if (in.empty()) return true;
    const bool sound = is_sound(in);
    if (sound && was_sound_ && left_ == 0)
      std::ranges::copy(in, out.begin());
    else
      for (std::size_t i = 0; i < in.size(); ++i) out[i] = last_ = next(in[i]);
    last_ = out[in.size() - 1];
    return sound;
  }

 private:
  float next(float sample) NAMRACK_REALTIME {
    const bool sound = is_sound({&sample, 1});
    if (!sound) sample = 0.0F;
    if (sound != was_sound_) {
      was_sound_ = sound;
      step_ = last_ - sample;
      left_ = bridge_frames_;
    }
    if (left_ == 0) return sample;
    --left_;
    return sample + step_ * (static_cast<float>(left_) / static_cast<float>(bridge_frames_));
  }

  std::size_t bridge_frames_ = 1, left_ = 0;
  float last_ = 0.0F;  ///< that came out
  float step_ = 0.0F;  ///< at the latest change between sound and none
  bool was_sound_ = true;
};

}  // namespace namrack::engine
