// Where vectors are long (AVX-512), arrays of two to four channels have kernels of their own for tiles of a
// few vectors, in which taps that overlap the current frames are put together in registers: every dilation
// and kernel size about the length of a vector.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>

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

/// A WaveNet of one array, whose head has `head_kernel` taps, with weights that leave the signal its size.
std::string narrow_model(std::size_t channels, const std::string& activation, std::size_t kernel,
                         const std::vector<std::size_t>& dilations, std::size_t head_kernel) {
  namespace json = boost::json;
  MadeWeights weights(1000 * channels + 10 * kernel + dilations.front());
  weights.add(channels, 1.0);
  for (std::size_t layer = 0; layer < dilations.size(); ++layer) {
    weights.add(channels * channels * kernel, 1.5 / std::sqrt(static_cast<double>(channels * kernel)));
    weights.add(2 * channels, 0.4);               // bias, mixin
    weights.add(channels * (channels + 1), 0.5);  // 1x1
  }
  weights.add(channels * head_kernel + 1, 0.5);
  weights.add_value(1.0);  // head_scale
  const json::object array{{"input_size", 1},
                           {"condition_size", 1},
                           {"channels", channels},
                           {"bottleneck", channels},
                           {"kernel_size", kernel},
                           {"dilations", json::value_from(dilations)},
                           {"activation", activation},
                           {"head", {{"out_channels", 1}, {"kernel_size", head_kernel}, {"bias", true}}}};
  const json::object config{{"layers", json::array{array}}, {"head", nullptr}, {"head_scale", 1.0}};
  return made_model("0.7.0", "WaveNet", config, weights);
}

struct Shape {
  std::size_t channels, kernel;
  const char* activation;
};

class NarrowArray : public ::testing::TestWithParam<Shape> {
 protected:
  /// Every dilation up to 40, four layers a model, near and far ones side by side.
  std::vector<std::string> models() const {
    const auto& [channels, kernel, activation] = GetParam();
    std::vector<std::string> all;
    for (std::size_t d = 1; d <= 10; ++d)
      all.push_back(
          narrow_model(channels, activation, kernel, {d, d + 30, d + 10, d + 20}, 1 + 15 * (d % 2)));
    return all;
  }
  /// Long enough for the rings to begin anew.
  const std::vector<float> in_ = short_stimulus(2000);
};

TEST_P(NarrowArray, equals_the_reference_path_at_every_dilation) {
  for (const std::string& text : models()) {
    const std::vector<float> expected =
        run(*Model::parse(text, "narrow", {.path = LoadOptions::Path::reference}), in_, in_.size());
    for (const std::int64_t target : simd_targets()) {
      const ScopedTarget scoped(target);
      const auto model = Model::parse(text, "narrow");
      for (const std::size_t block : {16, 32, 64})
        EXPECT_LT(worst_error(run(*model, in_, block), expected), 2e-5) << "block " << block << " " << text;
    }
  }
}

TEST_P(NarrowArray, output_is_the_same_bit_for_bit_however_the_stream_is_cut) {
  for (const std::string& text : models()) {
    for (const std::int64_t target : simd_targets()) {
      const ScopedTarget scoped(target);
      const auto model = Model::parse(text, "narrow");
      const std::vector<float> whole = run(*model, in_, in_.size());
      for (const std::size_t block : {1, 5, 15, 16, 17, 32, 33, 48, 49, 64, 80})
        EXPECT_EQ(run(*model, in_, block), whole)
            << "block " << block << " " << model->target() << " " << text;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(shapes, NarrowArray,
                         ::testing::Values(Shape{2, 3, "Tanh"}, Shape{4, 3, "Tanh"}, Shape{3, 1, "LeakyReLU"},
                                           Shape{3, 2, "LeakyReLU"}, Shape{3, 6, "LeakyReLU"},
                                           Shape{3, 15, "LeakyReLU"}),
                         [](const auto& param) {
                           return std::string(param.param.activation) + "_" +
                                  std::to_string(param.param.channels) + "_channels_" +
                                  std::to_string(param.param.kernel) + "_taps";
                         });

}  // namespace
}  // namespace namrack::engine
