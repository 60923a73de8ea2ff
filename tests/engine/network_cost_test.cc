// What a small hostile file can cost is bounded before anything is allocated.

#include "engine/network/description/network_cost.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

#include "engine/format/limits.h"
#include "tests/engine/json_text.h"
#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

namespace json = boost::json;
using testing::complaint;
using testing::random_model;

json::object model(const char* architecture, json::object config, std::size_t weights = 0) {
  return {{"version", "0.7.0"},
          {"architecture", architecture},
          {"config", std::move(config)},
          {"weights", json::array(weights, 0)}};
}

json::array repeated(const json::value& value, std::size_t count) {
  return json::array(count, value);
}

json::object layer_array(std::size_t channels, std::size_t groups, const json::array& dilations) {
  return {{"input_size", 1},        {"condition_size", 1},    {"channels", channels},
          {"groups_input", groups}, {"dilations", dilations}, {"kernel_size", 2},
          {"activation", "ReLU"},   {"head_size", 1},         {"head_bias", false}};
}

json::object wavenet(json::object array) {
  return {{"head_scale", 1}, {"layers", json::array{std::move(array)}}};
}

TEST(NetworkCost, ZerosBetweenGroupsCount) {
  // 1024 groups of one channel: 2048 weights in the file make 2 million floats of matrix.
  EXPECT_EQ(complaint(model("WaveNet", wavenet(layer_array(1024, 1024, {1})))),
            "config: expected at most 2097152 floats of matrices, the zeros between groups included, found "
            "3152897");
  EXPECT_EQ(complaint(model("WaveNet", wavenet(layer_array(512, 512, {1})))),
            "weights: expected 265729 weights, found 0");
}

TEST(NetworkCost, HistoryIsBoundedForEveryArchitecture) {
  const json::array far = repeated(65536, 64);
  EXPECT_EQ(complaint(model("WaveNet", wavenet(layer_array(4, 1, far)))),
            "config: expected at most 16777216 floats of history, found 16926976");
  EXPECT_EQ(complaint(model("WaveNet", wavenet(layer_array(3, 1, far)))),
            "weights: expected 2311 weights, found 0");
  const auto convnet = [&](std::size_t channels) {
    return complaint(
        model("ConvNet",
              {{"channels", channels}, {"dilations", far}, {"batchnorm", false}, {"activation", "ReLU"}}));
  };
  EXPECT_EQ(convnet(5), "config: expected at most 16777216 floats of history, found 20891392");
  EXPECT_EQ(convnet(4), "weights: expected 2285 weights, found 0");
}

TEST(NetworkCost, AnLstmMustSettleInBoundedTime) {
  const auto lstm = [](double rate) {
    json::object json = model("LSTM", {{"input_size", 1}, {"hidden_size", 200}, {"num_layers", 1}});
    json["sample_rate"] = rate;
    return complaint(json);
  };
  EXPECT_EQ(lstm(1e6),
            "config: expected at most 4294967296 multiply-adds until it has settled, found 80500000000");
  EXPECT_EQ(lstm(48000), "weights: expected 162201 weights, found 0");
}

TEST(NetworkCost, NestedModelsCountTogether) {
  json::object conditioned = wavenet(layer_array(3, 1, repeated(65536, 63)));
  json::object condition = model("WaveNet", wavenet(layer_array(2, 1, repeated(65536, 1))), 23);
  conditioned["condition_dsp"] = condition;
  EXPECT_EQ(complaint(model("WaveNet", conditioned)), "weights: expected 2275 weights, found 0");
  conditioned["condition_dsp"] = model("WaveNet", wavenet(layer_array(2, 1, repeated(65536, 40))), 725);
  EXPECT_EQ(complaint(model("WaveNet", conditioned)),
            "config: expected at most 16777216 floats of history, found 17787008");
}

TEST(NetworkCost, KnownModelsAreFarWithinTheLimits) {
  for (const auto& entry : std::filesystem::directory_iterator(random_model("").parent_path())) {
    EXPECT_EQ(complaint(testing::parse_file(entry.path())), "") << entry.path();
  }
}

}  // namespace
}  // namespace namrack::engine
