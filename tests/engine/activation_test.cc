#include "engine/format/nam/config_parsers.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace namrack::engine {
namespace {

Activation parse(const char* json, std::size_t width = 4) {
  const boost::json::value value = boost::json::parse(json);
  return parse_activation(JsonNode(value, "activation"), width);
}

TEST(Activation, NamesAndObjectsMeanTheSame) {
  EXPECT_EQ(parse(R"("LeakyReLU")"), parse(R"({"type":"LeakyReLU","negative_slope":0.01})"));
  EXPECT_EQ(parse(R"("LeakyHardTanh")"), parse(R"({"type":"LeakyHardtanh"})"));
}

TEST(Activation, EveryNameOfTheFormatIsKnown) {
  for (const char* name : {"Tanh", "Fasttanh", "Hardtanh", "ReLU", "LeakyReLU", "PReLU", "Sigmoid", "SiLU",
                           "Hardswish", "LeakyHardtanh", "LeakyHardTanh", "Softsign"}) {
    const boost::json::value plain(name);
    const boost::json::value object{{"type", name}};
    EXPECT_EQ(parse_activation(JsonNode(plain, ""), 4), parse_activation(JsonNode(object, ""), 4)) << name;
  }
}

TEST(Activation, ParametersAreRead) {
  const Activation a =
      parse(R"({"type":"LeakyHardtanh","min_val":-2,"max_val":3,"min_slope":0.1,"max_slope":0.2})");
  EXPECT_EQ(a.low, -2.0F);
  EXPECT_EQ(a.high, 3.0F);
  EXPECT_EQ(a.low_slope, 0.1F);
  EXPECT_EQ(a.high_slope, 0.2F);
}

TEST(Activation, OnePreluSlopeHoldsForAllChannels) {
  EXPECT_EQ(parse(R"({"type":"PReLU","negative_slope":0.5})").slopes, std::vector<float>(4, 0.5F));
  EXPECT_EQ(parse(R"({"type":"PReLU","negative_slopes":[0.5]})").slopes, std::vector<float>(4, 0.5F));
  EXPECT_EQ(parse(R"({"type":"PReLU","negative_slopes":[1,2,3,4]})").slopes,
            (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(parse(R"("PReLU")").slopes, std::vector<float>(4, 0.01F));
}

TEST(Activation, UnknownNamesAndWrongSlopeCountsAreRefused) {
  EXPECT_THROW(parse(R"("tanh")"), ModelError);
  EXPECT_THROW(parse(R"("GELU")"), ModelError);
  EXPECT_THROW(parse("null"), ModelError);
  EXPECT_THROW(parse(R"({"type":"PReLU","negative_slopes":[1,2]})"), ModelError);
  EXPECT_THROW(parse(R"({"type":"LeakyReLU","negative_slope":1e39})"), ModelError);
}

}  // namespace
}  // namespace namrack::engine
