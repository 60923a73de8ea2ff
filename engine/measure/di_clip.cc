#include "engine/measure/di_clip.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>

namespace namrack::engine {
namespace {

struct Note {
  double start, length;  ///< seconds
  int pitch;             ///< as in MIDI: 40 is the low E, 82.4 Hz
  double level;          ///< linear
};

// Strings of a chord are struck downwards within some ten milliseconds.
constexpr std::array kNotes{Note{0.000, 0.180, 40, 1.00}, Note{0.180, 0.180, 43, 0.90},
                            Note{0.360, 0.180, 45, 0.95}, Note{0.540, 0.200, 64, 0.80},  // single notes
                            Note{0.740, 0.380, 40, 0.62}, Note{0.745, 0.375, 47, 0.60},  // E5
                            Note{0.750, 0.370, 52, 0.58},                                //
                            Note{1.120, 0.380, 45, 0.50}, Note{1.126, 0.374, 52, 0.48},  // A
                            Note{1.132, 0.368, 57, 0.47}, Note{1.138, 0.362, 61, 0.45},
                            Note{1.144, 0.356, 64, 0.44}};

constexpr double kPickPosition = 0.18, kPickupPosition = 0.13;  // of the string's length, from the bridge
constexpr double kAttackSeconds = 0.0006, kReleaseSeconds = 0.012;
constexpr double kHighestHz = 8000.0;
constexpr double kClipGain = 0.435;  // brings the peak to -3 dBFS

constexpr std::size_t kMostModes = 64;

/// One mode of a string: a damped rotation, of which the imaginary part is heard.
struct Mode {
  std::complex<double> now, step;
};

double square(double x) {
  return x * x;
}

/// Magnitude of the resonance of the pickup's coil and the cable.
double pickup_response(double hz) {
  constexpr double kResonanceHz = 3600.0, kQ = 1.7;
  const double ratio = hz / kResonanceHz;
  return 1.0 / std::sqrt(square(1.0 - ratio * ratio) + square(ratio / kQ));
}

/// The modes of `note` as they are `since` seconds after it was struck.
std::vector<Mode> modes_of(const Note& note, double since, double sample_rate) {
  constexpr double kPi = std::numbers::pi;
  const double fundamental = 440.0 * std::exp2((note.pitch - 69) / 12.0);
  const double stiffness = 8e-5 * std::exp2((note.pitch - 40) / 24.0);
  std::vector<Mode> modes;
  for (std::size_t order = 1; order <= kMostModes; ++order) {
    const auto n = static_cast<double>(order);
    const double hz = n * fundamental * std::sqrt(1.0 + stiffness * n * n);
    if (hz > std::min(kHighestHz, 0.45 * sample_rate)) break;
    const double softness = std::exp(-square(hz / 6000.0));  // of the pick
    const double amplitude = note.level * softness * pickup_response(hz) * std::sin(kPi * n * kPickPosition) /
                             n * std::sin(kPi * n * kPickupPosition);
    const double decay = (1.0 + std::pow(hz / 900.0, 1.2)) / 1.9;  // 1/s: high modes die first
    const std::complex<double> rate(-decay, 2.0 * kPi * hz);
    modes.push_back({.now = amplitude * std::exp(rate * since), .step = std::exp(rate / sample_rate)});
  }
  return modes;
}

void add(const Note& note, double sample_rate, std::vector<float>& clip) {
  const auto first = static_cast<std::size_t>(std::ceil(note.start * sample_rate));
  const double since = static_cast<double>(first) / sample_rate - note.start;
  std::vector<Mode> modes = modes_of(note, since, sample_rate);
  for (std::size_t i = first; i < clip.size(); ++i) {
    const double t = static_cast<double>(i) / sample_rate - note.start;
    if (t >= note.length) break;
    double sum = 0.0;
    for (Mode& mode : modes) {
      sum += mode.now.imag();
      // Written out: the operator asks for infinities.
      mode.now = {mode.now.real() * mode.step.real() - mode.now.imag() * mode.step.imag(),
                  mode.now.real() * mode.step.imag() + mode.now.imag() * mode.step.real()};
    }
    const double envelope = std::min({1.0, t / kAttackSeconds, (note.length - t) / kReleaseSeconds});
    clip[i] += static_cast<float>(kClipGain * envelope * sum);
  }
}

}  // namespace

std::vector<float> standard_di_clip(double sample_rate) {
  std::vector<float> clip(static_cast<std::size_t>(std::lround(kDiClipSeconds * sample_rate)), 0.0F);
  for (const Note& note : kNotes) add(note, sample_rate, clip);
  return clip;
}

}  // namespace namrack::engine
