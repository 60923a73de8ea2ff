#pragma once

#include <array>
#include <optional>
#include <span>

#include "engine/model/model.h"

namespace namrack::engine {

/// How loud it sounds to an ear, not only how large: the filter "K" of ITU-R BS.1770-4, annex 1. A shelf of
/// 4 dB from 1.7 kHz on stands for the head, a high-pass at 38 Hz for the ear's small concern with lows.
///
/// The standard tabulates the two filters for 48 kHz alone; for other rates they are computed from the analog
/// ones behind the table by the bilinear transform, as B. De Man gives them (Evaluation of Implementations of
/// the EBU R128 Loudness Measurement, AES 145, 2018). Rates from 1 kHz on.
class KWeighting {
 public:
  /// In Hz. Starts from silence.
  explicit KWeighting(double sample_rate);
  double next(double sample) noexcept;

 private:
  /// A second-order filter, transposed direct form II.
  struct Biquad {
    std::array<double, 3> b;
    std::array<double, 2> a;  ///< without a leading 1
    std::array<double, 2> state{};
    double next(double x) noexcept;
  };
  static Biquad shelf(double sample_rate);
  static Biquad high_pass(double sample_rate);

  Biquad shelf_, high_pass_;
};

/// Gated loudness of a mono signal in LUFS (ITU-R BS.1770-4): a sine of 997 Hz at 0 dBFS peak has -3.01. The
/// mean over blocks of 400 ms that overlap by three quarters, without those below -70 LUFS and those 10 LU
/// below the rest. nullopt where no block remains, as for silence, and for less than 400 ms. `sample_rate` in
/// Hz. Allocates.
std::optional<double> loudness_lufs(std::span<const float> samples, double sample_rate);

/// Loudness of `model` as it plays the standard clip (di_clip.h), on the scale of ModelLevels::loudness_db,
/// in dB: LUFS + kMetadataOffsetDb. For models that do not state theirs, and for bringing all of them
/// together by ear. nullopt for models that are silent, not finite, or so costly that it would take half a
/// minute.
///
/// Runs an instance of its own: allocates, and takes as long as the model needs for a second and a half of
/// sound (38 ms for an A1 standard, 10 of them for the clip). Any thread but the audio thread.
std::optional<float> measured_loudness_db(const Model& model);

/// Brings LUFS to the scale of the metadata: the plain RMS of the response to the trainer's recording, a
/// second of noise. It is the median of the difference over 259 captures of amplifiers and pedals, made by
/// many people (the collection pelennor2170/NAM_models), whose responses to that recording were computed;
/// those of the three reference models of the trainer's own agree with their files to the fourth decimal.
///
/// Around it the standard deviation is 1.9 dB; 81 % lie within 2 dB, 95 % within 3 dB. The rest are clean and
/// bright amplifiers without a cabinet, up to 13.5 dB: the noise has all the treble that a guitar lacks. Of
/// the few reference models that are trained and state their loudness, -6.3 to +4.6 dB (those with random
/// weights state a placeholder, and two LSTMs little but a constant, which is not heard).
inline constexpr double kMetadataOffsetDb = -1.1;

}  // namespace namrack::engine
