#include "engine/format/nam/config_parsers.h"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>

#include "tests/engine/json_text.h"
#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

std::string complaint_with(const char* key, boost::json::value value) {
  boost::json::value model = testing::parse_file(testing::random_model("lstm_2x8"));
  model.at("config").as_object()[key] = std::move(value);
  return testing::complaint(model);
}

NetworkDescription lstm(LstmConfig config) {
  return {LstmDescription(config)};
}

TEST(LstmConfig, CountsAreThoseOfTheNamedArchitectures) {
  EXPECT_EQ(lstm({.hidden_size = 16, .num_layers = 1}).weight_count(), 1201U);
  EXPECT_EQ(lstm({.hidden_size = 8, .num_layers = 2}).weight_count(), 905U);
  EXPECT_EQ(lstm({.hidden_size = 18, .num_layers = 3}).macs_per_sample(), 6570U);
}

TEST(LstmConfig, PrewarmIsHalfASecondOrOneSampleWhenTheRateIsUnknown) {
  const boost::json::value config{{"input_size", 1}, {"hidden_size", 8}, {"num_layers", 1}};
  EXPECT_EQ(parse_lstm_config(JsonNode(config, ""), 44100.0).prewarm_frames, 22050U);
  EXPECT_EQ(parse_lstm_config(JsonNode(config, ""), std::nullopt).prewarm_frames, 1U);
}

TEST(LstmConfig, ContradictionsAreRefused) {
  EXPECT_EQ(complaint_with("num_layers", 0),
            "config.num_layers: expected a whole number from 1 to 16, found 0");
  EXPECT_EQ(complaint_with("hidden_size", 0),
            "config.hidden_size: expected a whole number from 1 to 1024, found 0");
  EXPECT_EQ(complaint_with("hidden_size", 9), "weights: expected 1126 weights, found 905");
  EXPECT_EQ(complaint_with("input_size", 2), "config.input_size: expected 1 (the input channels), found 2");
  EXPECT_EQ(complaint_with("out_channels", 2), "weights: expected 914 weights, found 905");
}

}  // namespace
}  // namespace namrack::engine
