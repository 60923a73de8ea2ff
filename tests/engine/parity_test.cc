// The engine against an implementation that shares no code with it: fixtures/expected comes from
// fixtures/scripts/nam_reference.py (numpy, double precision), prewarmed, from sample 0 on.

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/model/model.h"
#include "tests/engine/run.h"
#include "tests/engine/simd_targets.h"
#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

using testing::expected_output;
using testing::random_model;
using testing::run;
using testing::ScopedTarget;
using testing::simd_targets;
using testing::stimulus;
using testing::worst_error;

constexpr double kWaveNetTolerance = 2e-5;  // of the peak
constexpr double kLstmTolerance = 2e-4;
constexpr double kLinearTolerance = 2e-6;

double tolerance(const std::string& name) {
  if (name.find("lstm") != std::string::npos) return kLstmTolerance;
  return name.starts_with("linear") ? kLinearTolerance : kWaveNetTolerance;
}

/// All shipped random-weight models: every named size, every option of the format.
std::vector<std::string> all_models() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(testing::fixtures() / "models" / "random")) {
    if (entry.path().extension() == ".nam") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Parity : public ::testing::TestWithParam<std::string> {};

TEST_P(Parity, ReferencePathEqualsTheIndependentOutput) {
  const auto model = Model::load(random_model(GetParam()), {.path = CodePath::reference});
  EXPECT_LT(worst_error(run(*model, stimulus(), 8192), expected_output(GetParam())), 2e-7);
}

TEST_P(Parity, EverySimdTargetEqualsTheIndependentOutput) {
  for (const std::int64_t target : simd_targets()) {
    const ScopedTarget scoped(target);
    for (const auto path : {CodePath::automatic, CodePath::general}) {
      const auto model = Model::load(random_model(GetParam()), {.path = path});
      EXPECT_EQ(model->target(), hwy::TargetName(target));
      EXPECT_LT(worst_error(run(*model, stimulus(), 64), expected_output(GetParam())), tolerance(GetParam()))
          << model->target();
    }
  }
}

TEST_P(Parity, OutputIsTheSameBitForBitHoweverTheStreamIsCut) {
  const std::vector<float> in = stimulus();
  for (const std::int64_t target : simd_targets()) {
    const ScopedTarget scoped(target);
    const auto model = Model::load(random_model(GetParam()));
    const std::vector<float> whole = run(*model, in, in.size());
    // All cuts on the target in use, two on the others.
    const bool in_use = target == simd_targets().front();
    const std::vector<std::size_t> blocks =
        in_use ? std::vector<std::size_t>{1, 7, 16, 32, 63, 64, 65, 100, 1024, 4096}
               : std::vector<std::size_t>{7, 1024};
    for (const std::size_t block : blocks) {
      EXPECT_EQ(run(*model, in, block), whole) << "block " << block << " " << model->target();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(models, Parity, ::testing::ValuesIn(all_models()),
                         [](const auto& param) { return param.param; });

TEST(ParityUnwarmed, ZeroStateEqualsTheIndependentOutput) {
  for (const char* name : {"a1_nano", "a1_standard", "lstm_1x16", "lstm_2x8", "lstm_2x16", "lstm_3x2"}) {
    const auto expected = expected_output(std::string(name) + ".unwarmed");
    const auto error = [&](CodePath path) {
      const auto model = Model::load(random_model(name), {.path = path});
      return worst_error(run(*model, stimulus(), 64, InitialState::zero), expected);
    };
    EXPECT_LT(error(CodePath::reference), tolerance(name)) << name;
    for (const std::int64_t target : simd_targets()) {
      const ScopedTarget scoped(target);
      EXPECT_LT(error(CodePath::automatic), tolerance(name)) << name << ", " << hwy::TargetName(target);
    }
  }
}

TEST(ParityUnwarmed, PrewarmIsHeardInTheFirstSamples) {
  const auto model = Model::load(random_model("a1_standard"));
  const auto expected = expected_output("a1_standard");
  EXPECT_GT(worst_error(run(*model, stimulus(), 64, InitialState::zero), expected), 1e-3);
}

TEST(ParityReset, ForgetsThePastCompletely) {
  for (const char* name : {"a1_feather", "lstm_2x2", "lstm_2x4", "lstm_2x8", "lstm_3x2", "linear_1500"}) {
    const auto model = Model::load(random_model(name));
    const auto network = model->instantiate();
    std::vector<float> in = stimulus();
    std::vector<float> out(in.size());
    network->process(in.data(), out.data(), in.size());
    network->reset(InitialState::prewarmed);
    network->process(in.data(), out.data(), in.size());
    EXPECT_EQ(out, run(*model, in, 64)) << name;
  }
}

TEST(ParityTrained, TheShippedAmpsEqualTheIndependentOutput) {
  for (const char* name : {"overdrive_nano", "overdrive_lstm"}) {
    const auto model = Model::load(testing::fixtures() / "models" / (std::string(name) + ".nam"));
    EXPECT_LT(worst_error(run(*model, stimulus(), 64), expected_output(name)), tolerance(name)) << name;
  }
}

TEST(ParityQuality, AContainerPlaysTheSubmodelThatTheDialSelects) {
  const auto model = [](double quality) {
    return Model::load(random_model("a2_container"), {.quality = quality});
  };
  const std::vector<float> in = stimulus();
  EXPECT_LT(worst_error(run(*model(0.0), in, 64), expected_output("a2_lite")), kWaveNetTolerance);
  EXPECT_LT(worst_error(run(*model(0.49), in, 64), expected_output("a2_lite")), kWaveNetTolerance);
  EXPECT_LT(worst_error(run(*model(0.5), in, 64), expected_output("a2_full")), kWaveNetTolerance);
  const auto full = model(1.0);
  const ModelInfo& info = full->info();
  ASSERT_EQ(info.quality_steps.size(), 2U);
  EXPECT_EQ(info.quality_steps[0].weights, 1871U);
  EXPECT_EQ(info.quality_steps[1].from, 0.5);
  EXPECT_EQ(info.quality_steps[1].macs_per_sample, 11776U);
  EXPECT_EQ(info.weights, 12146U);
  EXPECT_EQ(info.receptive_field, 6347U);
}

}  // namespace
}  // namespace namrack::engine
