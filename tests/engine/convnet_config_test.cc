#include "engine/format/nam/config_parsers.h"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>

#include "tests/engine/json_text.h"
#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

namespace json = boost::json;

std::string complaint_with(const char* name, const char* key, json::value value) {
  json::value model = testing::parse_file(testing::random_model(name));
  model.at("config").as_object()[key] = std::move(value);
  return testing::complaint(model);
}

TEST(ConvNetConfig, CountsFollowFromTheGeometry) {
  const NetworkDescription network{ConvNetDescription(
      {.channels = 4, .out_channels = 2, .batchnorm = true, .dilations = {1, 8}, .activation = {}})};
  EXPECT_EQ(network.weight_count(), (2U * 4U + 17U) + (2U * 4U * 4U + 17U) + 2U * 5U);
  EXPECT_EQ(network.macs_per_sample(), 2U * 4U + 2U * 4U * 4U + 2U * 4U);
  EXPECT_EQ(network.receptive_field(), 10U);
}

TEST(ConvNetConfig, AMonoInputCanBeCutIntoOneGroupOnly) {
  EXPECT_EQ(complaint_with("convnet", "groups", 1), "");
  EXPECT_EQ(complaint_with("convnet", "groups", 2),
            "config.groups: expected 1, because groups must divide the mono input, found 2");
}

TEST(ConvNetConfig, ItsActivationIsASingleNameOrObject) {
  EXPECT_EQ(complaint_with("convnet", "activation", "SiLU"), "");
  EXPECT_EQ(
      complaint_with("convnet", "activation", {{"type", "PReLU"}, {"negative_slopes", {0.1, 0.2, 0.3, 0.4}}}),
      "");
  EXPECT_NE(complaint_with("convnet", "activation", json::array(5, "Tanh")), "");
}

TEST(ConvNetConfig, BatchNormalisationMustHaveAPositiveSpreadAndFiniteCoefficients) {
  json::value model = testing::parse_file(testing::random_model("convnet_batchnorm"));
  json::array& weights = model.at("weights").as_array();
  constexpr std::size_t kVariance =
      4 * 2 + 4;  // of channel 0, behind the first block's convolution and means
  weights[kVariance] = -1.0;
  EXPECT_EQ(testing::complaint(model).substr(0, 66),
            "weights: expected a batch normalisation with variance + eps above ");
  weights[kVariance] = 1e-38;
  weights[kVariance + 4] = 1e38;  // gamma
  weights[kVariance + 12] = 0.0;  // eps
  EXPECT_EQ(
      testing::complaint(model),
      "weights: expected a batch normalisation with finite coefficients, found an overflow in channel 0");
}

}  // namespace
}  // namespace namrack::engine
