#pragma once

#include <vector>

namespace namrack::engine {

/// Length of the standard clip.
inline constexpr double kDiClipSeconds = 1.5;

/// A second and a half of electric guitar, as an audio interface would record it: four single notes from the
/// low E upwards, a power chord, an open chord of A. Peak -3.0 dBFS, which is also the peak of the recording
/// that the trainer of NAM measures loudness with; RMS -16.4 dBFS, loudness -17.1 LUFS. Each model's loudness
/// is measured with it (measured_loudness_db).
///
/// The same waveform at every rate (Hz), sampled more or less finely; no partial lies above 8 kHz, nor near
/// half of the rate. No chance is in it. Allocates; takes about 10 ms at 48 kHz.
///
/// Each string is the sum of its modes, the solution of the damped stiff-string equation (N. Fletcher and T.
/// Rossing, The Physics of Musical Instruments, chapter 2), picked and picked up at a fraction of its length
/// and filtered by coil and cable.
std::vector<float> standard_di_clip(double sample_rate);

}  // namespace namrack::engine
