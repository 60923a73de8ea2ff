#include "engine/model/slimming.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "tests/engine/json_text.h"

namespace namrack::engine {
namespace {

namespace json = boost::json;
using testing::complaint;

json::object layer_array(std::size_t input, std::size_t channels, std::size_t head_size) {
  return {{"input_size", input}, {"condition_size", 1},  {"channels", channels},   {"dilations", {1, 2}},
          {"kernel_size", 2},    {"activation", "ReLU"}, {"head_size", head_size}, {"head_bias", true}};
}

json::object slimmable(json::object array) {
  array["slimmable"] = {{"method", "slice_channels_uniform"}, {"kwargs", json::object{}}};
  return array;
}

json::object wavenet(json::array arrays, std::size_t weights) {
  json::array values;
  for (std::size_t i = 0; i < weights; ++i) values.push_back(static_cast<double>(i % 7) / 10.0 - 0.2);
  return {{"version", "0.7.0"},
          {"architecture", "WaveNet"},
          {"config", {{"head_scale", 1}, {"layers", std::move(arrays)}}},
          {"weights", values}};
}

std::size_t widths(const json::object& model) {
  return Model::parse(json::serialize(model), "x")->info().quality_steps.size();
}

TEST(Slimming, every_width_is_a_step) {
  EXPECT_EQ(widths(wavenet({slimmable(layer_array(1, 4, 1))}, 130)), 4U);
}

// Its head1x1 keeps its width, which the head of the array before then no longer has.
TEST(Slimming, an_array_whose_skip_sum_cannot_narrow_with_the_others_plays_at_full_width) {
  json::object second = layer_array(2, 2, 1);
  second["head1x1"] = {{"active", true}, {"out_channels", 2}, {"groups", 1}};
  EXPECT_EQ(widths(wavenet({layer_array(1, 2, 2), slimmable(second)}, 100)), 1U);
  json::object first = layer_array(1, 2, 2);
  first["head1x1"] = second["head1x1"];
  EXPECT_EQ(widths(wavenet({slimmable(first), layer_array(2, 2, 1)}, 100)), 2U)
      << "the first starts from nothing";
}

TEST(Slimming, more_widths_than_the_limit_are_refused_before_weights_are_read) {
  EXPECT_EQ(complaint(wavenet({slimmable(layer_array(1, 300, 1))}, 0)),
            "config: expected at most 256 widths, found 300");
}

}  // namespace
}  // namespace namrack::engine
