// An LSTM of one vector, or two layers that share one, has lanes that exchange hidden units in ways that
// depend on the width: every width up to that of the longest vector and beyond, alone and behind each other.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "engine/model/model.h"
#include "tests/engine/made_model.h"
#include "tests/engine/run.h"
#include "tests/engine/simd_targets.h"
#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

using testing::made_model;
using testing::MadeWeights;
using testing::run;
using testing::ScopedTarget;
using testing::short_stimulus;
using testing::simd_targets;
using testing::worst_error;

std::string lstm(std::size_t layers, std::size_t hidden) {
  namespace json = boost::json;
  MadeWeights weights(100 * layers + hidden);
  for (std::size_t layer = 0; layer < layers; ++layer) {
    const std::size_t inputs = layer == 0 ? 1 : hidden;
    weights.add(4 * hidden * (inputs + hidden), 1.5 / std::sqrt(static_cast<double>(inputs + hidden)));
    weights.add(4 * hidden, 0.5);  // bias
    weights.add(2 * hidden, 0.5);  // the state that the file begins with
  }
  weights.add(hidden + 1, 1.0);  // head
  const json::object config{{"input_size", 1}, {"hidden_size", hidden}, {"num_layers", layers}};
  return made_model("0.5.4", "LSTM", config, weights);
}

/// Number of layers.
class LstmLanes : public ::testing::TestWithParam<std::size_t> {
 protected:
  /// Calls use(text, path) for every width, with specialised kernels and without.
  template <class Use>
  void for_each_model(Use use) const {
    for (std::size_t hidden = 1; hidden <= 17; ++hidden) {
      const std::string text = lstm(GetParam(), hidden);
      for (const auto path : {CodePath::automatic, CodePath::general}) use(text, path);
    }
  }
  const std::vector<float> in_ = short_stimulus(200);
};

TEST_P(LstmLanes, EqualTheReferencePathAtEveryWidth) {
  for_each_model([&](const std::string& text, CodePath path) {
    const auto reference = Model::parse(text, "lstm", {.path = CodePath::reference});
    const std::vector<float> expected = run(*reference, in_, in_.size(), InitialState::zero);
    for (const std::int64_t target : simd_targets()) {
      const ScopedTarget scoped(target);
      const auto model = Model::parse(text, "lstm", {.path = path});
      EXPECT_LT(worst_error(run(*model, in_, in_.size(), InitialState::zero), expected), 2e-5)
          << model->target() << " " << text;
    }
  });
}

TEST_P(LstmLanes, OutputIsTheSameBitForBitHoweverTheStreamIsCut) {
  for_each_model([&](const std::string& text, CodePath path) {
    for (const std::int64_t target : simd_targets()) {
      const ScopedTarget scoped(target);
      const auto model = Model::parse(text, "lstm", {.path = path});
      const std::vector<float> whole = run(*model, in_, in_.size());
      for (const std::size_t block : {1, 2, 3, 16, 64})
        EXPECT_EQ(run(*model, in_, block), whole)
            << "block " << block << " " << model->target() << " " << text;
    }
  });
}

INSTANTIATE_TEST_SUITE_P(layers, LstmLanes, ::testing::Values(1, 2, 3),
                         [](const auto& param) { return std::to_string(param.param); });

}  // namespace
}  // namespace namrack::engine
