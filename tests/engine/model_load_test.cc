#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>

#include "engine/base/model_error.h"
#include "engine/model/model.h"
#include "tests/engine/json_text.h"
#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

namespace json = boost::json;
using testing::complaint;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string complaint_of(const char* key, json::value value) {
  json::value model = testing::parse_file(testing::random_model("a1_small"));
  model.as_object()[key] = std::move(value);
  return complaint(model);
}

std::string complaint_without(const char* key) {
  json::value model = testing::parse_file(testing::random_model("a1_small"));
  model.as_object().erase(key);
  return complaint(model);
}

TEST(ModelLoad, AMissingFileIsNamed) {
  try {
    Model::load("/nowhere/at-all.nam");
    FAIL();
  } catch (const ModelError& error) {
    EXPECT_EQ(error.kind(), ModelError::Kind::missing);
    EXPECT_STREQ(error.what(), "/nowhere/at-all.nam: expected a model file, found no such file");
  }
}

TEST(ModelLoad, AFolderIsNotAModel) {
  try {
    Model::load("/tmp");
    FAIL();
  } catch (const ModelError& error) {
    EXPECT_EQ(error.kind(), ModelError::Kind::unreadable);
  }
}

TEST(ModelLoad, TheRequiredKeysMustBeThere) {
  EXPECT_NE(complaint_without("version").find("expected the key \"version\""), std::string::npos);
  EXPECT_NE(complaint_without("architecture").find("expected the key \"architecture\""), std::string::npos);
  EXPECT_NE(complaint_without("config").find("expected the key \"config\""), std::string::npos);
  EXPECT_NE(complaint_without("weights").find("expected the key \"weights\""), std::string::npos);
}

TEST(ModelLoad, WeightsMustBeFloat32Numbers) {
  EXPECT_EQ(complaint_of("weights", json::array{0.5, "x"}),
            "weights[1]: expected a float32 number, found \"x\"");
  EXPECT_EQ(complaint_of("weights", json::array{1e39}), "weights[0]: expected a float32 number, found 1e+39");
  EXPECT_EQ(complaint_of("weights", json::array{nullptr}),
            "weights[0]: expected a float32 number, found null");
  EXPECT_EQ(complaint_of("weights", "none"), "weights: expected an array of numbers, found \"none\"");
}

TEST(ModelLoad, AnUnknownArchitectureIsNamed) {
  EXPECT_EQ(complaint_of("architecture", "Transformer"),
            "architecture: expected \"WaveNet\", \"LSTM\", \"ConvNet\", \"Linear\" or "
            "\"SlimmableContainer\", found "
            "\"Transformer\"");
}

TEST(ModelLoad, TheSampleRateIsCheckedAndMayBeUnknown) {
  EXPECT_EQ(complaint_of("sample_rate", "48000"), "sample_rate: expected a number, found \"48000\"");
  EXPECT_EQ(complaint_of("sample_rate", 12),
            "sample_rate: expected a sample rate from 1000 to 1000000 Hz, found 12");
  EXPECT_EQ(complaint_of("sample_rate", 1e9),
            "sample_rate: expected a sample rate from 1000 to 1000000 Hz, found 1e+09");
  // No sound card's rate can be made of these.
  for (const double rate : {44101.0, 48000.5, 1001.0, 999983.0})
    EXPECT_NE(complaint_of("sample_rate", rate).find("can be resampled to that of a sound card"),
              std::string::npos)
        << rate;
  for (const json::value& rate :
       {json::value(nullptr), json::value(44100.0), json::value(22050), json::value(-1), json::value(768000)})
    EXPECT_EQ(complaint_of("sample_rate", rate), "") << rate;
  const auto model = Model::load(testing::random_model("a1_nano_no_rate"));
  EXPECT_FALSE(model->info().sample_rate.has_value());
  EXPECT_EQ(model->sample_rate(), 48000.0);
}

TEST(ModelLoad, MetadataIsReadLeniently) {
  const auto model = Model::load(testing::random_model("a1_nano_metadata"));
  EXPECT_TRUE(model->info().levels.loudness_db.has_value());
  EXPECT_TRUE(model->info().levels.input_dbu.has_value());
  EXPECT_TRUE(model->info().levels.output_dbu.has_value());
  EXPECT_EQ(complaint_of("metadata", nullptr), "");
  EXPECT_EQ(complaint_of("metadata", json::object{{"loudness", "loud"}, {"input_level_dbu", nullptr}}), "");
}

TEST(ModelLoad, LevelsFarFromAnyLevelCountAsAbsent) {
  json::value model = testing::parse_file(testing::random_model("a1_small"));
  model.as_object()["metadata"] = {
      {"loudness", -100}, {"input_level_dbu", 100.5}, {"output_level_dbu", -1e300}};
  const ModelLevels levels = Model::parse(json::serialize(model), "x")->info().levels;
  EXPECT_EQ(levels.loudness_db, -100.0F);
  EXPECT_FALSE(levels.input_dbu.has_value());
  EXPECT_FALSE(levels.output_dbu.has_value());
}

TEST(ModelLoad, LevelsInDbuThatNoDeviceHasAreNotUsedAndAWarningSaysSo) {
  json::value model = testing::parse_file(testing::random_model("a1_small"));
  const auto with = [&](const char* key, json::value level) {
    model.as_object()["metadata"] = {{key, std::move(level)}};
    return Model::parse(json::serialize(model), "x")->info();
  };
  for (const char* key : {"input_level_dbu", "output_level_dbu"}) {
    for (const double level : {-100.0, -20.5, 40.5}) {
      const ModelInfo info = with(key, level);
      EXPECT_FALSE(info.levels.input_dbu || info.levels.output_dbu) << key << level;
      ASSERT_EQ(info.warnings.size(), 1U) << key << level;
    }
    const ModelInfo plausible = with(key, 18.3);
    EXPECT_TRUE(plausible.levels.input_dbu || plausible.levels.output_dbu);
    EXPECT_TRUE(plausible.warnings.empty());
    EXPECT_TRUE(with(key, nullptr).warnings.empty());
  }
  EXPECT_EQ(
      with("input_level_dbu", -100).warnings,
      std::vector<std::string>{"metadata.input_level_dbu: expected a level from -20 to 40 dBu, found -100: "
                               "it is not used"});
  EXPECT_EQ(with("loudness", "loud").warnings,
            std::vector<std::string>{
                "metadata.loudness: expected a level from -100 to 100 dB, found \"loud\": it is "
                "not used"});
}

TEST(ModelLoad, MetadataTooLargeForAReplyIsLeftOut) {
  json::value model = testing::parse_file(testing::random_model("a1_small"));
  const auto with = [&](json::object metadata) {
    model.as_object()["metadata"] = std::move(metadata);
    return Model::parse(json::serialize(model), "x")->info();
  };
  json::value deep = 0;
  for (int i = 1; i < 16; ++i) deep = json::array{deep};
  EXPECT_TRUE(with({{"loudness", -20}, {"training", deep}}).warnings.empty());
  for (const json::value& training : {json::value(json::array{deep}), json::value(std::string(65536, 'x'))}) {
    const ModelInfo info = with({{"loudness", -20}, {"training", training}});
    EXPECT_EQ(info.metadata, nullptr);
    EXPECT_EQ(info.levels.loudness_db, -20.0F) << "it is still known";
    ASSERT_EQ(info.warnings.size(), 1U);
    EXPECT_EQ(info.warnings[0], "the metadata is left out: it has more than 65536 bytes or 16 levels");
  }
}

TEST(ModelLoad, AModelThatIsNotModerateInSilenceIsRefused) {
  const auto linear = [](const char* weights) {
    return std::string(
               R"({"version":"0.5.0","architecture":"Linear","config":{"receptive_field":1,"bias":true},"weights":)") +
           weights + "}";
  };
  EXPECT_EQ(complaint(linear("[1,1e6]")), "");
  EXPECT_EQ(complaint(linear("[1,-2e6]")), "expected an output in silence within 1e6, found -2000000");
  json::value model = testing::parse_file(testing::random_model("a1_small"));
  for (json::value& weight : model.at("weights").as_array()) weight = 3e38;
  EXPECT_EQ(complaint(model), "expected an output in silence within 1e6, found inf");
  EXPECT_EQ(complaint(std::string(
                R"({"version":"0.5.0","architecture":"ConvNet",)"
                R"("config":{"channels":1,"dilations":[1,1],"batchnorm":false,"activation":"ReLU"},)"
                R"("weights":[0,0,3e38,3e38,0,0,0,0]})")),
            "expected an output in silence within 1e6, found NaN");
}

TEST(ModelLoad, UnknownKeysAreIgnoredAndOfEqualKeysTheLastCounts) {
  json::value model = testing::parse_file(testing::random_model("a1_small"));
  model.as_object()["notes"] = {{"version", nullptr}};
  model.at("config").as_object()["colour"] = "red";
  model.at("config").at("layers").at(0).as_object()["boosting"] = nullptr;
  const std::string text = json::serialize(model);
  EXPECT_EQ(complaint(text), "");
  EXPECT_EQ(complaint("{\"version\":\"0.4.0\"," + text.substr(1)), "");
  EXPECT_THAT(complaint(text.substr(0, text.size() - 1) + ",\"version\":\"0.4.0\"}"), HasSubstr("\"0.4.0\""));
}

TEST(ModelLoad, WarnsOfWhatOthersPlayDifferentlyAlsoInNestedModels) {
  const auto warnings = [](const json::value& model) {
    return Model::parse(json::serialize(model), "x")->info().warnings;
  };
  json::value inactive = testing::parse_file(testing::random_model("opt_layer1x1_inactive"));
  EXPECT_THAT(warnings(inactive),
              ElementsAre(HasSubstr("config.layers[0].layer1x1 is inactive: nothing is added")));
  inactive.as_object()["version"] = "0.7.1";
  json::value outer = testing::parse_file(testing::random_model("a1_small"));
  outer.at("config").as_object()["condition_dsp"] = inactive;
  EXPECT_THAT(warnings(outer), ElementsAre(HasSubstr("file version 0.7.1"),
                                           HasSubstr("config.condition_dsp.config.layers[0].layer1x1")));
}

TEST(ModelLoad, DescribesWhatItLoaded) {
  const auto model = Model::load(testing::random_model("a1_standard"));
  const ModelInfo& info = model->info();
  EXPECT_EQ(info.architecture, "WaveNet");
  EXPECT_EQ(info.weights, 13802U);
  EXPECT_EQ(info.receptive_field, 4093U);
  EXPECT_EQ(info.macs_per_sample, 13320U);
  ASSERT_EQ(info.quality_steps.size(), 1U);
  EXPECT_EQ(info.quality_steps[0].macs_per_sample, 13320U);
  EXPECT_GE(model->weight_bytes(), 13802 * sizeof(float));
  EXPECT_GE(model->instantiate()->state_bytes(), 49104 * sizeof(float));
}

}  // namespace
}  // namespace namrack::engine
