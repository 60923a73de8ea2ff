#pragma once

namespace namrack::engine {

/// 120 dB above full scale: an output beyond it is an overflow, not a sound, and later gains stay finite.
inline constexpr float kLoudestSample = 1e6F;

}  // namespace namrack::engine
