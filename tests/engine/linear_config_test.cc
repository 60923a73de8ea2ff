#include "engine/format/nam/config_parsers.h"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>

#include "tests/engine/json_text.h"
#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

boost::json::value with_implementation(boost::json::value name) {
  boost::json::value model = testing::parse_file(testing::random_model("linear_64"));
  model.at("config").as_object()["implementation"] = std::move(name);
  return model;
}

TEST(LinearConfig, EveryKnownImplementationIsTheSameResponse) {
  const std::vector<float> in = testing::stimulus();
  for (const char* name : {"auto", "direct", "legacy", "old", "fft", "partitioned_fft", "partitioned-fft",
                           "Direct", "FFT", "Partitioned_FFT"}) {
    const auto model = Model::parse(boost::json::serialize(with_implementation(name)), name);
    std::vector<float> out(in.size());
    model->instantiate()->process(in.data(), out.data(), in.size());
    EXPECT_LT(testing::worst_error(out, testing::expected_output("linear_64")), 2e-5) << name;
  }
}

TEST(LinearConfig, AnUnknownImplementationIsRefused) {
  for (const char* name : {"", "magic", "fft ", "partitioned fft"}) {
    EXPECT_EQ(testing::complaint(with_implementation(name)),
              "config.implementation: expected \"auto\", \"direct\" or \"fft\", found \"" +
                  std::string(name) + "\"");
  }
}

}  // namespace
}  // namespace namrack::engine
