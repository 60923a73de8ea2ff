#include "engine/audio/stages/noise_gate.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace namrack::engine {
namespace {

constexpr double kLowestHz = 80.0, kHighestHz = 4000.0;
constexpr double kDecaySeconds = 0.010;
constexpr double kSettlingSeconds = 0.5;
constexpr double kSilenceDb = 120.0;

double linear(double db) NAMRACK_REALTIME {
  return std::pow(10.0, db / 20.0);
}

}  // namespace

double NoiseGateStage::Filter::next(double x) NAMRACK_REALTIME {
  const double y = b[0] * x + state[0];
  state[0] = b[1] * x - a[0] * y + state[1];
  state[1] = b[2] * x - a[1] * y;
  return y;
}

// By the bilinear transform, prewarped. Rates that leave no room for a low-pass have it at their end.
NoiseGateStage::Filter NoiseGateStage::butterworth(Kind kind, double hz, double sample_rate) {
  const double k = std::tan(std::numbers::pi * std::min(hz / sample_rate, 0.45));
  const double a0 = 1.0 + std::numbers::sqrt2 * k + k * k;
  const double gain = (kind == Kind::low_pass ? k * k : 1.0) / a0;
  const double middle = kind == Kind::low_pass ? 2.0 : -2.0;
  return {.b = {gain, middle * gain, gain},
          .a = {2.0 * (k * k - 1.0) / a0, (1.0 - std::numbers::sqrt2 * k + k * k) / a0}};
}

NoiseGateStage::NoiseGateStage(double sample_rate)
    : sample_rate_(sample_rate),
      decay_(std::exp(-1.0 / (kDecaySeconds * sample_rate))),
      high_pass_(butterworth(Kind::high_pass, kLowestHz, sample_rate)),
      low_pass_(butterworth(Kind::low_pass, kHighestHz, sample_rate)) {
  for (std::size_t i = 0; i < kParameters; ++i) {
    ramps_[i].set_frames(static_cast<std::size_t>(Ramp::kSeconds * sample_rate));
    ramps_[i].jump_to(static_cast<float>(kNoiseGateParameters[i].value));
  }
  end_ramps();
  reset();
}

void NoiseGateStage::reset() NAMRACK_REALTIME {
  high_pass_.state = low_pass_.state = {};
  held_ = 0.0;
  is_open_ = false;
  quiet_frames_ = 0;
  set_gain(point_.lowest_db);
}

void NoiseGateStage::set(std::size_t parameter, double value) NAMRACK_REALTIME {
  ramps_[parameter].go_to(static_cast<float>(value));
}

void NoiseGateStage::end_ramps() NAMRACK_REALTIME {
  std::array<float, kParameters> values{};
  for (std::size_t i = 0; i < kParameters; ++i) {
    ramps_[i].end();
    values[i] = ramps_[i].value();
  }
  work_out(values);
}

std::size_t NoiseGateStage::settling_frames() const NAMRACK_REALTIME {
  return static_cast<std::size_t>(kSettlingSeconds * sample_rate_);
}

void NoiseGateStage::work_out(const std::array<float, kParameters>& values) NAMRACK_REALTIME {
  const auto value = [&values](Parameter parameter) {
    return static_cast<double>(values[static_cast<std::size_t>(parameter)]);
  };
  const auto frames = [&](Parameter parameter) { return value(parameter) * 1e-3 * sample_rate_; };
  const double range = value(Parameter::range_db);
  point_ = {.values = values,
            .opens_at = linear(value(Parameter::threshold_db)),
            .closes_below = linear(value(Parameter::threshold_db) - value(Parameter::hysteresis_db)),
            .up = range / frames(Parameter::attack_ms),
            .down = range / frames(Parameter::release_ms),
            .lowest_db = -range,
            .hold_frames = static_cast<std::uint64_t>(std::llround(frames(Parameter::hold_ms)))};
}

void NoiseGateStage::listen(float key) NAMRACK_REALTIME {
  held_ = std::max(std::fabs(low_pass_.next(high_pass_.next(static_cast<double>(key)))), held_ * decay_);
  quiet_frames_ = held_ < point_.closes_below ? quiet_frames_ + 1 : 0;
  if (held_ >= point_.opens_at)
    is_open_ = true;
  else if (quiet_frames_ > 0 && quiet_frames_ >= point_.hold_frames)
    is_open_ = false;
}

void NoiseGateStage::set_gain(double db) NAMRACK_REALTIME {
  gain_db_ = db;
  gain_ = db <= -kSilenceDb ? 0.0F : static_cast<float>(linear(db));  // 1 at 0 dB
}

// It rests most of the time, open or closed, and then nothing is worked out.
float NoiseGateStage::next_gain() NAMRACK_REALTIME {
  const double db =
      is_open_ ? std::min(gain_db_ + point_.up, 0.0) : std::max(gain_db_ - point_.down, point_.lowest_db);
  if (db != gain_db_) set_gain(db);
  return gain_;
}

bool NoiseGateStage::process(const Block& block, const ConstBlock& key) NAMRACK_REALTIME {
  const bool moves = std::ranges::any_of(ramps_, [](const Ramp& ramp) { return ramp.moves(); });
  std::array<std::span<const float>, kParameters> values;
  if (moves)
    for (std::size_t i = 0; i < kParameters; ++i) values[i] = ramps_[i].next(block.frames());
  for (std::size_t frame = 0; frame < block.frames(); ++frame) {
    if (moves) {
      std::array<float, kParameters> now{};
      for (std::size_t i = 0; i < kParameters; ++i) now[i] = values[i][frame];
      if (now != point_.values) work_out(now);
    }
    listen(key.channel(0)[frame]);
    const float gain = next_gain();
    for (std::size_t channel = 0; channel < block.channels(); ++channel)
      block.channel(channel)[frame] *= gain;
  }
  return true;
}

}  // namespace namrack::engine
