#include "engine/audio/stages/noise_gate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <numbers>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/audio/path.h"
#include "engine/audio/stage_kinds.h"

namespace namrack::engine {
namespace {

constexpr double kSampleRate = 48000.0;

double linear(double db) {
  return std::pow(10.0, db / 20.0);
}

/// A gate written down from its definition, in double precision, a frame at a time.
class Reference {
 public:
  explicit Reference(const std::map<std::string_view, double>& values) {
    for (const Parameter& row : kNoiseGateParameters) values_[row.name] = row.value;
    for (const auto& [name, value] : values) values_[name] = value;
    gain_db_ = -values_["range_db"];
  }

  /// In dB; what it does with a frame of the key.
  double next(double key) {
    const double b = low_.next(high_.next(key));
    d_ = std::max(std::fabs(b), d_ * std::exp(-1.0 / (0.010 * kSampleRate)));
    const bool quiet = d_ < linear(values_["threshold_db"] - values_["hysteresis_db"]);
    quiet_ = quiet ? quiet_ + 1.0 : 0.0;
    if (d_ >= linear(values_["threshold_db"])) open_ = true;
    if (quiet && quiet_ >= values_["hold_ms"] * 1e-3 * kSampleRate) open_ = false;
    const double range = values_["range_db"];
    if (open_)
      gain_db_ = std::min(0.0, gain_db_ + range / (values_["attack_ms"] * 1e-3 * kSampleRate));
    else
      gain_db_ = std::max(-range, gain_db_ - range / (values_["release_ms"] * 1e-3 * kSampleRate));
    return gain_db_;
  }

 private:
  /// Those of the RBJ cookbook at Q = 1 / sqrt 2, which are Butterworth's; direct form I.
  struct Filter {
    Filter(bool is_high, double hz) {
      const double w = 2.0 * std::numbers::pi * hz / kSampleRate, alpha = std::sin(w) / std::numbers::sqrt2;
      const double side = is_high ? 1.0 + std::cos(w) : 1.0 - std::cos(w);
      b0 = side / 2.0 / (1.0 + alpha);
      b1 = (is_high ? -side : side) / (1.0 + alpha);
      a1 = -2.0 * std::cos(w) / (1.0 + alpha);
      a2 = (1.0 - alpha) / (1.0 + alpha);
    }
    double next(double x) {
      const double y = b0 * x + b1 * x1 + b0 * x2 - a1 * y1 - a2 * y2;
      x2 = std::exchange(x1, x);
      y2 = std::exchange(y1, y);
      return y;
    }
    double b0, b1, a1, a2, x1 = 0.0, x2 = 0.0, y1 = 0.0, y2 = 0.0;
  };

  std::map<std::string_view, double> values_;
  Filter high_{true, 80.0}, low_{false, 4000.0};
  double d_ = 0.0, quiet_ = 0.0, gain_db_;
  bool open_ = false;
};

std::size_t place_of(std::string_view name) {
  return static_cast<std::size_t>(find_parameter(kNoiseGateParameters, name) - kNoiseGateParameters.data());
}

std::unique_ptr<Stage> gate(const std::map<std::string_view, double>& values = {}) {
  auto stage = find_stage_kind("gate")->make(kSampleRate);
  for (const auto& [name, value] : values) stage->set(place_of(name), value);
  stage->end_ramps();
  stage->reset();
  return stage;
}

/// The gate's gain at every frame of `key`.
std::vector<float> gains(Stage& stage, const std::vector<float>& key, std::size_t block = 64) {
  std::vector<float> out(key.size(), 1.0F);
  for (std::size_t t = 0; t < out.size(); t += block) {
    const std::size_t frames = std::min(block, out.size() - t);
    stage.process({out.data() + t, frames}, {key.data() + t, frames});
  }
  return out;
}

/// 440 Hz at `peak` for `frames`, then as many of silence.
std::vector<float> burst(double peak, std::size_t frames) {
  std::vector<float> key(2 * frames);
  for (std::size_t t = 0; t < frames; ++t)
    key[t] = static_cast<float>(
        peak * std::sin(2.0 * std::numbers::pi * 440.0 * static_cast<double>(t) / kSampleRate));
  return key;
}

TEST(NoiseGate, DoesWhatItsDefinitionSays) {
  const std::vector<std::map<std::string_view, double>> settings{
      {},
      {{"threshold_db", -30.0}, {"hysteresis_db", 0.0}, {"hold_ms", 0.0}},
      {{"attack_ms", 20.0}, {"release_ms", 400.0}, {"range_db", 40.0}},
      {{"range_db", 120.0}, {"hold_ms", 300.0}, {"hysteresis_db", 20.0}}};
  std::vector<float> key = burst(0.1, 24000);
  for (const double peak : {0.002, 0.5, 0.03})
    for (const float x : burst(peak, 9600)) key.push_back(x);
  for (const auto& values : settings) {
    Reference reference(values);
    const auto stage = gate(values);
    const std::vector<float> heard = gains(*stage, key);
    for (std::size_t t = 0; t < key.size(); ++t) {
      const double expected = reference.next(static_cast<double>(key[t]));
      ASSERT_NEAR(static_cast<double>(heard[t]), expected <= -120.0 ? 0.0 : linear(expected), 1e-5) << t;
    }
  }
}

TEST(NoiseGate, StartsClosedAndAtARangeOf120IsSilent) {
  const auto stage = gate({{"range_db", 120.0}});
  for (const float gain : gains(*stage, burst(0.0005, 4800))) ASSERT_EQ(gain, 0.0F);
  const auto other = gate();
  EXPECT_NEAR(gains(*other, burst(0.0005, 4800)).back(), 1e-4F, 1e-8F) << "80 dB down";
}

TEST(NoiseGate, OpensAtItsThresholdAndThenLeavesTheSamplesAsTheyAre) {
  std::vector<float> swell(96000);
  for (std::size_t t = 0; t < swell.size(); ++t)
    swell[t] =
        0.2F * static_cast<float>(t) / 96000.0F *
        static_cast<float>(std::sin(2.0 * std::numbers::pi * 440.0 * static_cast<double>(t) / kSampleRate));
  const auto stage = gate({{"threshold_db", -20.0}});
  const std::vector<float> heard = gains(*stage, swell);
  const auto opens = std::find_if(heard.begin(), heard.end(), [](float gain) { return gain > 0.00011F; });
  EXPECT_NEAR(static_cast<double>(opens - heard.begin()), 48000.0, 300.0) << "half-way up";
  EXPECT_EQ(heard.back(), 1.0F);
}

TEST(NoiseGate, StaysOpenWithinItsHysteresis) {
  const std::map<std::string_view, double> values{
      {"threshold_db", -20.0}, {"hysteresis_db", 6.0}, {"hold_ms", 1.0}, {"release_ms", 1.0}};
  for (const double peak : {0.055, 0.045}) {  // the level must fall below 0.0501
    const auto stage = gate(values);
    std::vector<float> key = burst(0.2, 4800);
    key.resize(4800);
    for (const float x : burst(peak, 9600)) key.push_back(x);
    EXPECT_EQ(gains(*stage, key)[4800 + 9000] == 1.0F, peak > 0.05) << peak;
  }
}

TEST(NoiseGate, MovesInDecibelsAtAConstantSlope) {
  const auto stage = gate({{"attack_ms", 10.0}, {"release_ms", 100.0}, {"range_db", 60.0}, {"hold_ms", 0.0}});
  std::vector<float> heard = gains(*stage, burst(0.5, 9600));
  const auto db = [&](std::size_t t) { return 20.0 * std::log10(static_cast<double>(heard[t])); };
  const auto opens = static_cast<std::size_t>(
      std::find_if(heard.begin(), heard.end(), [](float gain) { return gain > 0.00101F; }) - heard.begin());
  EXPECT_NEAR(db(opens + 100) - db(opens), 100.0 * 60.0 / 480.0, 1e-3);
  const auto closes = static_cast<std::size_t>(
      std::find_if(heard.begin() + 9600, heard.end(), [](float gain) { return gain < 1.0F; }) -
      heard.begin());
  EXPECT_NEAR(db(closes + 1000) - db(closes), -1000.0 * 60.0 / 4800.0, 1e-3);
}

TEST(NoiseGate, HearsTheMiddleOfTheBandOnly) {
  for (const auto& [hz, opens] : {std::pair{20.0, false}, {440.0, true}, {15000.0, false}}) {
    std::vector<float> key(9600);
    for (std::size_t t = 0; t < key.size(); ++t)
      key[t] = 0.15F * static_cast<float>(
                           std::sin(2.0 * std::numbers::pi * hz * static_cast<double>(t) / kSampleRate));
    const auto stage = gate({{"threshold_db", -20.0}});
    EXPECT_EQ(gains(*stage, key).back() == 1.0F, opens) << hz;
  }
}

TEST(NoiseGate, TheResultDoesNotDependOnBlocksAlsoWhileAValueMoves) {
  const std::vector<float> key = burst(0.1, 9600);
  std::vector<std::vector<float>> all;
  for (const std::size_t block : {1U, 37U, 64U, 256U}) {
    const auto stage = gate();
    stage->set(place_of("threshold_db"), -10.0);
    stage->set(place_of("range_db"), 30.0);
    all.push_back(gains(*stage, key, block));
  }
  for (const std::vector<float>& gain : all) EXPECT_EQ(gain, all.front());
}

TEST(NoiseGate, InAPathTheKeyIsTheInputAndTheGainActsWhereItStands) {
  /// Stands in front of the gate, which must not hear it.
  class Mute final : public Stage {
   public:
    bool process(const Block& block, const ConstBlock&) noexcept override {
      fill(block, 0.25F);
      return true;
    }
  };
  Path::Stages stages;
  stages.push_back(std::make_unique<Mute>());
  stages.push_back(gate());
  Path path(kSampleRate, std::move(stages));
  std::vector<float> sound = burst(0.5, 9600), expected = gains(*gate(), sound);
  for (std::size_t t = 0; t < sound.size(); t += 64) path.process({sound.data() + t, 64});
  for (std::size_t t = 0; t < sound.size(); ++t) ASSERT_EQ(sound[t], 0.25F * expected[t]) << t;
}

TEST(NoiseGate, BothChannelsHaveTheGainThatTheFirstOfTheKeyAsksFor) {
  const std::vector<float> key = burst(0.5, 64);
  std::vector<float> left(64, 1.0F), right(64, 0.5F);
  gate()->process({left.data(), right.data(), 64}, {key.data(), 64});
  for (std::size_t t = 0; t < 64; ++t) EXPECT_EQ(right[t], 0.5F * left[t]);
  EXPECT_GT(left.back(), 0.1F);
}

}  // namespace
}  // namespace namrack::engine
