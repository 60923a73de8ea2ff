#include "engine/measure/loudness.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

#include "engine/base/loudest_sample.h"
#include "engine/measure/di_clip.h"

namespace namrack::engine {
namespace {

constexpr double kHopSeconds = 0.1;
constexpr std::size_t kHopsPerBlock = 4;
constexpr double kAbsoluteGateLufs = -70.0, kRelativeGateLu = -10.0;

/// Multiply-adds that a measurement may take. At 48 kHz no model that loads comes near; at 1 MHz the
/// costliest would take minutes.
constexpr std::uint64_t kMostMacs = std::uint64_t{1} << 38U;

double lufs(double mean_square) {
  return -0.691 + 10.0 * std::log10(mean_square);
}

/// The analog frequency that the bilinear transform turns into `hz`. Models of a few kHz have no room for the
/// shelf; there it begins where the band ends.
double warped(double hz, double sample_rate) {
  return std::tan(std::numbers::pi * std::min(hz / sample_rate, 0.45));
}

/// Mean squares of the K-weighted signal over consecutive hops; an incomplete one at the end is left out.
std::vector<double> hop_powers(std::span<const float> samples, double sample_rate) {
  const auto hop = static_cast<std::size_t>(std::lround(kHopSeconds * sample_rate));
  KWeighting weighting(sample_rate);
  std::vector<double> powers;
  for (std::size_t begin = 0; begin + hop <= samples.size(); begin += hop) {
    double sum = 0.0;
    for (const float sample : samples.subspan(begin, hop)) {
      const double weighted = weighting.next(static_cast<double>(sample));
      sum += weighted * weighted;
    }
    powers.push_back(sum / static_cast<double>(hop));
  }
  return powers;
}

/// Mean of the powers above `gate_lufs`; 0 when there are none.
double gated_mean(const std::vector<double>& powers, double gate_lufs) {
  double sum = 0.0;
  std::size_t count = 0;
  for (const double power : powers) {
    if (!(lufs(power) > gate_lufs)) continue;
    sum += power;
    ++count;
  }
  return count == 0 ? 0.0 : sum / static_cast<double>(count);
}

}  // namespace

KWeighting::Biquad KWeighting::shelf(double sample_rate) {
  constexpr double kHz = 1681.974450955533, kGainDb = 3.999843853973347, kQ = 0.7071752369554196;
  const double k = warped(kHz, sample_rate);
  const double high = std::pow(10.0, kGainDb / 20.0);
  const double band = std::pow(high, 0.4996667741545416);
  const double a0 = 1.0 + k / kQ + k * k;
  return {.b = {(high + band * k / kQ + k * k) / a0, 2.0 * (k * k - high) / a0,
                (high - band * k / kQ + k * k) / a0},
          .a = {2.0 * (k * k - 1.0) / a0, (1.0 - k / kQ + k * k) / a0}};
}

KWeighting::Biquad KWeighting::high_pass(double sample_rate) {
  constexpr double kHz = 38.13547087602444, kQ = 0.5003270373238773;
  const auto a0 = [](double k) { return 1.0 + k / kQ + k * k; };
  const double k = warped(kHz, sample_rate);
  // The table does not divide by its a0, and the standard's calibration counts on it; so its gain holds at
  // every rate. At 1 kHz it would else be 2 dB more.
  const double gain = a0(warped(kHz, 48000.0)) / a0(k);
  return {.b = {gain, -2.0 * gain, gain}, .a = {2.0 * (k * k - 1.0) / a0(k), (1.0 - k / kQ + k * k) / a0(k)}};
}

KWeighting::KWeighting(double sample_rate) : shelf_(shelf(sample_rate)), high_pass_(high_pass(sample_rate)) {}

double KWeighting::Biquad::next(double x) noexcept {
  const double y = b[0] * x + state[0];
  state[0] = b[1] * x - a[0] * y + state[1];
  state[1] = b[2] * x - a[1] * y;
  return y;
}

double KWeighting::next(double sample) noexcept {
  return high_pass_.next(shelf_.next(sample));
}

std::optional<double> loudness_lufs(std::span<const float> samples, double sample_rate) {
  const std::vector<double> hops = hop_powers(samples, sample_rate);
  std::vector<double> blocks;
  for (std::size_t i = 0; i + kHopsPerBlock <= hops.size(); ++i)
    blocks.push_back((hops[i] + hops[i + 1] + hops[i + 2] + hops[i + 3]) / double{kHopsPerBlock});
  const double sounding = gated_mean(blocks, kAbsoluteGateLufs);
  if (!(sounding > 0.0)) return std::nullopt;
  return lufs(gated_mean(blocks, std::max(lufs(sounding) + kRelativeGateLu, kAbsoluteGateLufs)));
}

std::optional<float> measured_loudness_db(const Model& model) {
  const double sample_rate = model.sample_rate();
  std::vector<float> sound = standard_di_clip(sample_rate);
  if (sound.size() > kMostMacs / std::max<std::uint64_t>(model.info().macs_per_sample, 1))
    return std::nullopt;
  const auto network = model.instantiate();
  // The constant that it rests at would otherwise begin with a thump.
  float resting = 0.0F;
  network->process(&resting, &resting, 1);
  network->process(sound.data(), sound.data(), sound.size());
  for (float& sample : sound) {
    if (!(std::fabs(sample) <= kLoudestSample)) return std::nullopt;  // nor NaN
    sample -= resting;
  }
  const auto loudness = loudness_lufs(sound, sample_rate);
  if (!loudness) return std::nullopt;
  return static_cast<float>(*loudness + kMetadataOffsetDb);
}

}  // namespace namrack::engine
