// The engine against public models with published outputs, where the machine has them
// (NAMRACK_REFERENCE_DIR).

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "engine/model/model.h"
#include "tests/common/temporary_folder.h"
#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

std::vector<float> read_json_samples(const std::filesystem::path& path) {
  std::vector<float> samples;
  const boost::json::value json = boost::json::parse(test::read_file(path));
  for (const auto& value : json.as_array()) samples.push_back(value.to_number<float>());
  return samples;
}

struct Golden {
  const char* model;
  const char* input;
  const char* expected;
  InitialState state;
};

TEST(ReferenceParity, PublishedOutputsAreReproducedFromSample0) {
  const std::filesystem::path dir = testing::reference_dir() / "nam-rs";
  if (testing::reference_dir().empty()) GTEST_SKIP() << "skipped: NAMRACK_REFERENCE_DIR is not set";
  ASSERT_TRUE(std::filesystem::exists(dir)) << dir;
  // The LSTM outputs were taken from the state in the file.
  const std::vector<Golden> goldens{
      {"reference", "input", "expected_output", InitialState::prewarmed},
      {"reference_standard", "input_standard", "expected_output_standard", InitialState::prewarmed},
      {"leaky_wavenet", "input_leaky", "expected_output_leaky", InitialState::prewarmed},
      {"a2_blended", "input_a2_blended", "expected_a2_blended", InitialState::prewarmed},
      {"a2_bottleneck", "input_a2_bottleneck", "expected_a2_bottleneck", InitialState::prewarmed},
      {"a2_film", "input_a2_film", "expected_a2_film", InitialState::prewarmed},
      {"a2_gated", "input_a2_gated", "expected_a2_gated", InitialState::prewarmed},
      {"a2_grouped", "input_a2_grouped", "expected_a2_grouped", InitialState::prewarmed},
      {"a2_head1x1", "input_a2_head1x1", "expected_a2_head1x1", InitialState::prewarmed},
      {"condition_dsp_mono", "input_condition_dsp", "expected_condition_dsp", InitialState::prewarmed},
      {"wavenet_condition_dsp", "input_condition_dsp_multi", "expected_condition_dsp_multi",
       InitialState::prewarmed},
      {"conv_head", "input_conv_head", "expected_conv_head", InitialState::prewarmed},
      {"post_stack_head", "input_post_stack_head", "expected_post_stack_head", InitialState::prewarmed},
      {"reference_lstm", "input_lstm", "expected_output_lstm", InitialState::zero},
      {"reference_lstm_standard", "input_lstm_standard", "expected_output_lstm_standard",
       InitialState::zero}};
  for (const Golden& golden : goldens) {
    for (const auto path : {CodePath::automatic, CodePath::reference}) {
      const auto model = Model::load(dir / (std::string(golden.model) + ".nam"), {.path = path});
      const auto network = model->instantiate();
      network->reset(golden.state);
      const std::vector<float> in = read_json_samples(dir / (std::string(golden.input) + ".json"));
      std::vector<float> out(in.size());
      network->process(in.data(), out.data(), in.size());
      const auto expected = read_json_samples(dir / (std::string(golden.expected) + ".json"));
      EXPECT_LT(testing::worst_error(out, expected), 2e-5) << golden.model;
    }
  }
}

TEST(ReferenceParity, PublishedOutputsOfAContainerAreReproducedAtEachStepOfTheDial) {
  const std::filesystem::path dir = testing::reference_dir() / "nam-rs";
  if (testing::reference_dir().empty()) GTEST_SKIP() << "skipped: NAMRACK_REFERENCE_DIR is not set";
  const std::vector<float> in = read_json_samples(dir / "input_slim.json");
  const double qualities[] = {0.0, 0.33, 1.0};
  for (std::size_t step = 0; step < 3; ++step) {
    const auto model = Model::load(dir / "slimmable_container.nam", {.quality = qualities[step]});
    std::vector<float> out(in.size());
    model->instantiate()->process(in.data(), out.data(), in.size());
    const auto expected = read_json_samples(dir / ("expected_slim_" + std::to_string(step) + ".json"));
    EXPECT_LT(testing::worst_error(out, expected), 2e-5) << step;
  }
}

}  // namespace
}  // namespace namrack::engine
