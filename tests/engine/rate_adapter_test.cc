#include "engine/audio/rate_adapter.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/audio/paths.h"
#include "engine/base/model_error.h"
#include "engine/base/sample_rates.h"
#include "engine/model/model.h"

namespace namrack::engine {
namespace {

/// Passes its input on.
class Wire : public Network {
 public:
  std::size_t outputs() const noexcept override { return 1; }
  void process(const float* in, float* out, std::size_t, std::size_t frames) noexcept override {
    std::copy_n(in, frames, out);
  }
  void reset(InitialState) noexcept override {}
  std::size_t state_bytes() const noexcept override { return 0; }
};

std::vector<float> sine(double frequency, double rate, std::size_t frames) {
  std::vector<float> x(frames);
  for (std::size_t t = 0; t < frames; ++t) {
    x[t] = static_cast<float>(0.5 * std::sin(6.283185307179586 * frequency * static_cast<double>(t) / rate));
  }
  return x;
}

std::vector<float> run(RateAdapter& adapter, const std::vector<float>& in, std::size_t block) {
  Wire wire;
  adapter.reset(wire);
  std::vector<float> out(in.size());
  for (std::size_t t = 0; t < in.size(); t += block) {
    adapter.process(wire, in.data() + t, out.data() + t, std::min(block, in.size() - t));
  }
  return out;
}

struct Rates {
  double model, host;
};
const std::vector<Rates> kRates{{48000, 44100}, {44100, 48000},  {48000, 96000}, {96000, 48000},
                                {48000, 88200}, {48000, 192000}, {48000, 32000}, {48000, 22050}};

TEST(RateAdapter, ReturnsTheSignalDelayedByTheReportedLatency) {
  for (const Rates& rates : kRates) {
    RateAdapter adapter(rates.model, rates.host, 256);
    const auto in = sine(1000.0, rates.host, 8000);
    const auto out = run(adapter, in, 256);
    const std::size_t latency = adapter.latency_frames();
    EXPECT_GT(latency, 0U);
    EXPECT_LT(static_cast<double>(latency) / rates.host, 0.006) << rates.model << " in " << rates.host;
    // A fraction of a frame is left over when the delay is no whole number: 1 kHz turns by 6.28 / 48 a frame.
    const double worst_turn = 0.5 * 6.2832 * 1000.0 / rates.host * 0.75;
    for (std::size_t t = 2000; t < in.size(); ++t) {
      ASSERT_NEAR(out[t], in[t - latency], worst_turn) << rates.model << " in " << rates.host << " at " << t;
    }
  }
}

TEST(RateAdapter, KeepsTheLevelUpToTheUpperEndOfAGuitarAmplifier) {
  for (const Rates& rates : kRates) {
    for (const double frequency : {100.0, 1000.0, 5000.0, 8000.0}) {
      RateAdapter adapter(rates.model, rates.host, 256);
      // A tenth of a second holds whole periods of every frequency at every rate.
      const auto window = static_cast<std::size_t>(rates.host / 10.0);
      const auto out = run(adapter, sine(frequency, rates.host, 2 * window), 256);
      double sum = 0.0;
      for (std::size_t t = window; t < 2 * window; ++t) {
        sum += static_cast<double>(out[t]) * static_cast<double>(out[t]);
      }
      const double rms = std::sqrt(sum / static_cast<double>(window));
      const double level = 20.0 * std::log10(rms / (0.5 / std::sqrt(2.0)));
      EXPECT_NEAR(level, 0.0, 0.1) << frequency << " Hz, " << rates.model << " in " << rates.host;
    }
  }
}

TEST(RateAdapter, DoesNotDependOnTheBlockSize) {
  for (const Rates& rates : kRates) {
    RateAdapter adapter(rates.model, rates.host, 256);
    const auto in = sine(440.0, rates.host, 4000);
    const auto whole = run(adapter, in, 256);
    for (const std::size_t block : {1, 7, 64, 255}) EXPECT_EQ(run(adapter, in, block), whole) << block;
  }
}

TEST(RateAdapter, WhatCountsAsConvertibleIsWhatTheResamplerTakes) {
  const std::vector<unsigned> rates{1000,  8000,  11025, 22050, 32000,  44100,  44101,  47999,
                                    48000, 88200, 96000, 99991, 192000, 768000, 999983, 1000000};
  for (const unsigned from : rates) {
    for (const unsigned to : rates) {
      Resampler resampler;
      EXPECT_EQ(resampler.setup(from, to, 1, 32) == 0, can_resample(from, to)) << from << " to " << to;
    }
  }
}

TEST(RateAdapter, AModelWhoseRateDoesNotFitTheHostIsNamedWithItsFile) {
  const auto model = Model::parse(
      R"({"version":"0.5.0","architecture":"Linear","config":{"receptive_field":1,"bias":false},"weights":[1],"sample_rate":46305})",
      "/some/odd.nam");
  try {
    make_model_stage(*model, 48000.0);
    FAIL();
  } catch (const ModelError& error) {
    EXPECT_STREQ(
        error.what(),
        "/some/odd.nam: sample_rate: expected a rate that can be resampled to and from 48000 Hz, found "
        "46305 Hz");
  }
}

TEST(RateAdapter, RatesThatCannotBeConvertedAreRefused) {
  EXPECT_THROW(RateAdapter(44056.5, 48000, 256), ModelError);
  EXPECT_THROW(RateAdapter(47999, 48000, 256), ModelError);
}

}  // namespace
}  // namespace namrack::engine
