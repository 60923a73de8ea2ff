#pragma once

namespace namrack::engine {

/// Whether the resampler goes from one rate to the other, in Hz: both are whole numbers, the first is at most
/// 64 times the second, and reduced by what they have in common the second is at most 1000 (48 to 44.1
/// kHz: 147).
bool can_resample(double from, double to);
/// Whether a model of this rate plays at the rate of a host: equal, or resampled there and back.
bool can_play_at(double model_rate, double host_rate);
/// Whether it does at one of the rates that sound cards have.
bool can_play_anywhere(double model_rate);

}  // namespace namrack::engine
