#include "engine/format/nam/config_parsers.h"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <functional>

#include "tests/engine/json_text.h"
#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

namespace json = boost::json;
using testing::array;
using testing::complaint;
using testing::parse_file;
using testing::random_model;

/// What is said of a small model after `spoil` has changed it.
std::string complaint_after(const std::function<void(json::value&)>& spoil, const char* name = "a1_small") {
  json::value model = parse_file(random_model(name));
  spoil(model);
  return complaint(model);
}

WaveNetConfig config_of(const char* name) {
  const json::value model = parse_file(random_model(name));
  return parse_wavenet_config(JsonNode(model, "").at("config"), nullptr);
}

NetworkDescription geometry_of(const char* name) {
  return {WaveNetDescription(config_of(name))};
}

TEST(WaveNetConfig, CountsAreThoseOfTheNamedArchitectures) {
  const NetworkDescription standard = geometry_of("a1_standard");
  EXPECT_EQ(standard.weight_count(), 13802U);
  EXPECT_EQ(standard.macs_per_sample(), 13320U);
  EXPECT_EQ(standard.receptive_field(), 4093U);
  EXPECT_EQ(standard.cost().history_floats, 49104U + 576U * (10U * 16U + 10U * 8U + 16U + 8U));
  const NetworkDescription nano = geometry_of("a1_nano");
  EXPECT_EQ(nano.weight_count(), 842U);
  EXPECT_EQ(nano.macs_per_sample(), 732U);
  EXPECT_EQ(geometry_of("a1_complex").weight_count(), 89994U);
  EXPECT_EQ(geometry_of("a1_revystd").receptive_field(), 27301U);
}

TEST(WaveNetConfig, BothSpellingsGiveTheSameGeometry) {
  const WaveNetConfig old_keys = config_of("a1_nano");
  const WaveNetConfig new_keys = config_of("a1_nano_a2keys");
  ASSERT_EQ(old_keys.arrays.size(), new_keys.arrays.size());
  for (std::size_t a = 0; a < old_keys.arrays.size(); ++a) {
    const auto& x = old_keys.arrays[a];
    const auto& y = new_keys.arrays[a];
    EXPECT_EQ(x.channels, y.channels);
    EXPECT_EQ(x.head.out_channels, y.head.out_channels);
    EXPECT_EQ(x.head.bias, y.head.bias);
    ASSERT_EQ(x.layers.size(), y.layers.size());
    for (std::size_t l = 0; l < x.layers.size(); ++l) {
      EXPECT_EQ(x.layers[l].kernel_size, y.layers[l].kernel_size);
      EXPECT_EQ(x.layers[l].dilation, y.layers[l].dilation);
      EXPECT_EQ(x.layers[l].activation, y.layers[l].activation);
      EXPECT_EQ(x.layers[l].gating, y.layers[l].gating);
    }
  }
}

TEST(WaveNetConfig, AWrongNumberOfWeightsIsRefusedWithBothNumbers) {
  const auto resize = [](std::ptrdiff_t by) {
    return [by](json::value& model) {
      json::array& weights = model.at("weights").as_array();
      weights.resize(weights.size() + static_cast<std::size_t>(by));
      if (by > 0) weights.back() = 0.5;
    };
  };
  const std::size_t right = parse_file(random_model("a1_small")).at("weights").as_array().size();
  EXPECT_EQ(complaint_after(resize(-1)),
            "weights: expected " + std::to_string(right) + " weights, found " + std::to_string(right - 1));
  EXPECT_EQ(complaint_after(resize(1)),
            "weights: expected " + std::to_string(right) + " weights, found " + std::to_string(right + 1));
}

TEST(WaveNetConfig, DilationsMustBeThereAndPositive) {
  EXPECT_EQ(complaint_after([](json::value& m) { array(m, 0)["dilations"] = json::array{0}; }),
            "config.layers[0].dilations[0]: expected a whole number from 1 to 65536, found 0");
  EXPECT_EQ(complaint_after([](json::value& m) { array(m, 0)["dilations"] = json::array{-1}; }),
            "config.layers[0].dilations[0]: expected a whole number from 1 to 65536, found -1");
  EXPECT_EQ(complaint_after([](json::value& m) { array(m, 0)["dilations"] = json::array{1073741824}; }),
            "config.layers[0].dilations[0]: expected a whole number from 1 to 65536, found 1073741824");
  EXPECT_EQ(complaint_after([](json::value& m) { array(m, 1)["dilations"] = json::array{}; }),
            "config.layers[1].dilations: expected 1 to 64 dilations, found an array of 0");
}

TEST(WaveNetConfig, ExactlyOneOfTheKernelKeysMustBeThere) {
  EXPECT_EQ(complaint_after([](json::value& m) { array(m, 0).erase("kernel_size"); }),
            "config.layers[0]: expected exactly one of \"kernel_size\" and \"kernel_sizes\", found neither");
  EXPECT_EQ(complaint_after([](json::value& m) { array(m, 0)["kernel_sizes"] = json::array{3}; }),
            "config.layers[0]: expected exactly one of \"kernel_size\" and \"kernel_sizes\", found both");
}

TEST(WaveNetConfig, WidthsMustChainFromArrayToArray) {
  EXPECT_NE(complaint_after([](json::value& m) {
              array(m, 1)["input_size"] = 5;
            }).find("config.layers[1].input_size"),
            std::string::npos);
  EXPECT_NE(complaint_after([](json::value& m) {
              array(m, 0)["head_size"] = 7;
            }).find("config.layers[0]: expected a head size of"),
            std::string::npos);
  EXPECT_NE(complaint_after([](json::value& m) {
              array(m, 0)["condition_size"] = 2;
            }).find("condition_size: expected 1"),
            std::string::npos);
}

TEST(WaveNetConfig, TheHeadMustBeDescribedInOneOfTheTwoWays) {
  EXPECT_EQ(complaint_after([](json::value& m) {
              array(m, 0).erase("head_size");
              array(m, 0).erase("head_bias");
            }),
            "config.layers[0]: expected \"head\", or \"head_size\" and \"head_bias\", found neither");
}

TEST(WaveNetConfig, ListsMustHaveAnEntryForEveryLayer) {
  EXPECT_NE(complaint_after([](json::value& m) {
              array(m, 0)["activation"] = json::array{"Tanh"};
            }).find("config.layers[0].activation: expected one entry for each of"),
            std::string::npos);
  EXPECT_NE(complaint_after([](json::value& m) { array(m, 0)["gating_mode"] = json::array{"none"}; },
                            "a1_small_a2keys")
                .find("config.layers[0].gating_mode: expected one entry for each of"),
            std::string::npos);
}

TEST(WaveNetConfig, HistoryBeyondTheBudgetIsRefusedBeforeItIsAllocated) {
  const std::string said = complaint_after([](json::value& m) {
    json::array dilations;
    for (int i = 0; i < 64; ++i) dilations.push_back(65536);
    array(m, 0)["dilations"] = dilations;
    array(m, 0)["kernel_size"] = 64;
  });
  EXPECT_NE(said.find("floats of history"), std::string::npos) << said;
}

// 64 layers of 1024 channels in 1024 groups: few weights in the file, gigabytes with the zeros between them.
TEST(WaveNetConfig, AListOfSlopesInAPostStackHeadSuitsTheWidthsItActsOn) {
  const auto with_head = [](const char* head) {
    return complaint_after(
        [&](json::value& m) {
          m.at("config").as_object()["head"] = json::parse(head);
          m.as_object()["weights"] = json::array{};
        },
        "opt_post_stack_head");  // its array has 3 outputs
  };
  const std::string refused = "config.head.activation.negative_slopes: expected 1 or ";
  EXPECT_EQ(with_head(R"({"channels": 5, "out_channels": 1, "kernel_sizes": [2],
      "activation": {"type": "PReLU", "negative_slopes": [0.1, 0.2, 0.3, 0.4, 0.5]}})"),
            refused + "3 slopes, found an array of 5");
  EXPECT_EQ(with_head(R"({"channels": 5, "out_channels": 1, "kernel_sizes": [2, 2],
      "activation": {"type": "PReLU", "negative_slopes": [0.1, 0.2, 0.3]}})"),
            refused + "5 slopes, found an array of 3");
  for (const char* good : {R"({"channels": 5, "out_channels": 1, "kernel_sizes": [2],
      "activation": {"type": "PReLU", "negative_slopes": [0.1, 0.2, 0.3]}})",
                           R"({"channels": 3, "out_channels": 1, "kernel_sizes": [2, 2],
      "activation": {"type": "PReLU", "negative_slopes": [0.1, 0.2, 0.3]}})"}) {
    EXPECT_EQ(with_head(good).substr(0, 17), "weights: expected") << good;  // the head itself is in order
  }
}

}  // namespace
}  // namespace namrack::engine
