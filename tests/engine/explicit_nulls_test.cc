// An explicit null counts as an absent key in a few places and is an error in all others (nam-format: section
// 1).

#include <gtest/gtest.h>

#include "tests/engine/json_text.h"
#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

namespace json = boost::json;

/// What is said of a model whose member at `place`, a JSON pointer, has become null.
std::string complaint_with_null(const char* model, const std::string& place) {
  json::value root = testing::parse_file(testing::random_model(model));
  const std::size_t slash = place.rfind('/');
  json::value& parent = slash == 0 ? root : root.at_pointer(place.substr(0, slash));
  parent.as_object()[place.substr(slash + 1)] = nullptr;
  return testing::complaint(root);
}

TEST(ExplicitNulls, AreAcceptedWhereTheyMeanAbsent) {
  for (const char* place :
       {"/sample_rate", "/metadata", "/config/head", "/config/condition_dsp", "/config/layers/0/head",
        "/config/layers/0/slimmable", "/config/layers/0/secondary_activation"}) {
    EXPECT_EQ(complaint_with_null("a1_small", place), "") << place;
  }
  for (const char* key :
       {"loudness", "gain", "input_level_dbu", "output_level_dbu", "name", "date", "training"}) {
    EXPECT_EQ(complaint_with_null("a1_nano_metadata", std::string("/metadata/") + key), "") << key;
  }
}

TEST(ExplicitNulls, AreRefusedEverywhereElse) {
  const std::pair<const char*, const char*> places[] = {
      {"a1_small", "/config/in_channels"},
      {"a1_small", "/config/head_scale"},
      {"a1_small", "/config/layers/0/bottleneck"},
      {"a1_small", "/config/layers/0/kernel_sizes"},
      {"a1_small", "/config/layers/0/activation"},
      {"a1_small", "/config/layers/0/gated"},
      {"a1_small", "/config/layers/0/gating_mode"},
      {"a1_small", "/config/layers/0/groups_input"},
      {"a1_small", "/config/layers/0/groups_input_mixin"},
      {"a1_small", "/config/layers/0/layer1x1"},
      {"a1_small", "/config/layers/0/head1x1"},
      {"a1_small", "/config/layers/0/head_bias"},
      {"a1_small", "/config/layers/0/activation_post_film"},
      {"a1_small_a2keys", "/config/layers/0/head/bias"},
      {"a1_small_a2keys", "/config/layers/0/head/head_dilation"},
      {"a1_small_a2keys", "/config/layers/0/layer1x1/groups"},
      {"a1_small_a2keys", "/config/layers/0/head1x1/active"},
      {"a1_small_a2keys", "/config/layers/0/head1x1/groups"},        // though it is inactive
      {"a1_small_a2keys", "/config/layers/0/head1x1/out_channels"},  // likewise
      {"a1_small_a2keys", "/config/layers/0/conv_pre_film/active"},
      {"a1_small_a2keys", "/config/layers/0/conv_pre_film/shift"},
      {"a1_small_a2keys", "/config/layers/0/conv_pre_film/groups"},
      {"a1_small_leakyrelu_slope", "/config/layers/0/activation/negative_slope"},
      {"a1_small_prelu_channels", "/config/layers/0/activation/negative_slope"},
      {"a1_small_leakyhardtanh", "/config/layers/0/activation/min_val"},
      {"opt_blended", "/config/layers/0/secondary_activation"},  // gated layers need one
      {"opt_post_stack_head", "/config/head/in_channels"},
      {"opt_post_stack_head", "/config/head/activation"},
      {"lstm_2x8", "/config/out_channels"},
      {"convnet", "/config/groups"},
      {"convnet", "/config/out_channels"},
      {"linear_64", "/config/implementation"},
      {"a2_container", "/config/submodels/0/max_value"},
      {"a2_container", "/config/submodels/0/model"}};
  for (const auto& [model, place] : places)
    EXPECT_NE(complaint_with_null(model, place), "") << model << place;
}

}  // namespace
}  // namespace namrack::engine
