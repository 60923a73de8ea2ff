// Where vectors are long (AVX-512), arrays of two to four channels have kernels of their own for tiles of a
// few vectors, which keep frames in registers up to the head: every dilation and kernel size about the length
// of a vector, and arrays that follow each other.

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

struct Shape {
  std::vector<std::size_t> widths;  ///< channels of each array
  std::size_t kernel;
  const char* activation;
};

/// A WaveNet whose arrays have heads of `head_kernel` taps, with weights that leave the signal its size.
std::string narrow_model(const Shape& shape, const std::vector<std::size_t>& dilations,
                         std::size_t head_kernel) {
  namespace json = boost::json;
  const std::size_t kernel = shape.kernel;
  MadeWeights weights(1000 * shape.widths.front() + 10 * kernel + dilations.front());
  json::array arrays;
  std::size_t inputs = 1;
  for (std::size_t a = 0; a < shape.widths.size(); ++a) {
    const std::size_t channels = shape.widths[a];
    const bool is_last = a + 1 == shape.widths.size();
    const std::size_t outputs = is_last ? 1 : shape.widths[a + 1];
    weights.add(channels * inputs, 1.0 / std::sqrt(static_cast<double>(inputs)));
    for (std::size_t layer = 0; layer < dilations.size(); ++layer) {
      weights.add(channels * channels * kernel, 1.5 / std::sqrt(static_cast<double>(channels * kernel)));
      weights.add(2 * channels, 0.4);               // bias, mixin
      weights.add(channels * (channels + 1), 0.5);  // 1x1
    }
    weights.add((channels * head_kernel + 1) * outputs, 0.5);
    arrays.push_back(
        json::object{{"input_size", inputs},
                     {"condition_size", 1},
                     {"channels", channels},
                     {"bottleneck", channels},
                     {"kernel_size", kernel},
                     {"dilations", json::value_from(dilations)},
                     {"activation", shape.activation},
                     {"head", {{"out_channels", outputs}, {"kernel_size", head_kernel}, {"bias", true}}}});
    inputs = channels;
  }
  weights.add_value(0.8);  // head_scale
  const json::object config{{"layers", arrays}, {"head", nullptr}, {"head_scale", 0.8}};
  return made_model("0.7.0", "WaveNet", config, weights);
}

class NarrowArray : public ::testing::TestWithParam<Shape> {
 protected:
  /// Every dilation up to 40, four layers a model, near and far ones side by side.
  std::vector<std::string> models() const {
    std::vector<std::string> all;
    for (std::size_t d = 1; d <= 10; ++d)
      all.push_back(narrow_model(GetParam(), {d, d + 30, d + 10, d + 20}, 1 + 15 * (d % 2)));
    return all;
  }
  /// Long enough for the rings to begin anew.
  const std::vector<float> in_ = short_stimulus(2000);
};

TEST_P(NarrowArray, EqualsTheReferencePathAtEveryDilation) {
  for (const std::string& text : models()) {
    const std::vector<float> expected =
        run(*Model::parse(text, "narrow", {.path = CodePath::reference}), in_, in_.size());
    for (const std::int64_t target : simd_targets()) {
      const ScopedTarget scoped(target);
      const auto model = Model::parse(text, "narrow");
      for (const std::size_t block : {16, 32, 64})
        EXPECT_LT(worst_error(run(*model, in_, block), expected), 2e-5) << "block " << block << " " << text;
    }
  }
}

TEST_P(NarrowArray, OutputIsTheSameBitForBitHoweverTheStreamIsCut) {
  for (const std::string& text : models()) {
    for (const std::int64_t target : simd_targets()) {
      const ScopedTarget scoped(target);
      const auto model = Model::parse(text, "narrow");
      const std::vector<float> whole = run(*model, in_, in_.size());
      for (const std::size_t block : {1, 5, 15, 16, 17, 32, 33, 48, 49, 64, 80})
        EXPECT_EQ(run(*model, in_, block), whole)
            << "block " << block << " " << model->target() << " " << text;
      EXPECT_EQ(run(*model, in_, {16, 64, 7, 16, 128, 1, 48, 32, 100}), whole)
          << model->target() << " " << text;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(shapes, NarrowArray,
                         ::testing::Values(Shape{{2}, 3, "Tanh"}, Shape{{4}, 3, "Tanh"},
                                           Shape{{4, 2}, 3, "Tanh"}, Shape{{2, 4, 8, 2}, 3, "Tanh"},
                                           Shape{{3}, 1, "LeakyReLU"}, Shape{{3}, 2, "LeakyReLU"},
                                           Shape{{3}, 6, "LeakyReLU"}, Shape{{3, 3}, 6, "LeakyReLU"},
                                           Shape{{3}, 15, "LeakyReLU"}),
                         [](const auto& param) {
                           std::string name = param.param.activation;
                           for (const std::size_t width : param.param.widths)
                             name += "_" + std::to_string(width);
                           return name + "_channels_" + std::to_string(param.param.kernel) + "_taps";
                         });

}  // namespace
}  // namespace namrack::engine
