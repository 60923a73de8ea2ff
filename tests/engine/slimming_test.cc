// Models of several sizes: what the quality dial selects, and what cannot be slimmed.

#include "engine/network/description/slimming.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "tests/engine/json_text.h"
#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

namespace json = boost::json;
using testing::array;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::parse_file;
using testing::random_model;

/// "slimmable" with these widths; without the list when there are none.
json::object slimmable(const std::vector<int>& widths = {}) {
  json::object kwargs;
  if (!widths.empty()) kwargs["allowed_channels"] = json::array(widths.begin(), widths.end());
  return {{"method", "slice_channels_uniform"}, {"kwargs", kwargs}};
}

/// The model `name` with its arrays made slimmable.
json::value slimmable_model(const char* name, const std::vector<int>& widths = {}) {
  json::value model = parse_file(random_model(name));
  for (json::value& array : model.at("config").at("layers").as_array()) {
    array.as_object()["slimmable"] = slimmable(widths);
  }
  return model;
}

std::shared_ptr<const Model> load(const json::value& model, double quality = 1.0) {
  return Model::parse(json::serialize(model), "x", {.quality = quality});
}

std::vector<float> output(const Model& model) {
  std::vector<float> out = testing::stimulus();
  model.instantiate()->process(out.data(), out.data(), out.size());
  return out;
}

std::vector<double> steps_of(const Model& model) {
  std::vector<double> steps;
  for (const QualityStep& step : model.info().quality_steps) steps.push_back(step.from);
  return steps;
}

TEST(Slimming, TheDialSelectsAWidthOfTheListAndTheFullOneIsTheDefault) {
  const json::value model = slimmable_model("opt_bottleneck", {1, 2, 6});  // 6 channels, bottleneck 2
  const auto weights_at = [&](double quality) { return load(model, quality)->info().weights; };
  EXPECT_EQ(weights_at(0.0), weights_at(0.33));
  EXPECT_LT(weights_at(0.33), weights_at(1.0 / 3.0));
  EXPECT_LT(weights_at(0.6), weights_at(2.0 / 3.0));
  EXPECT_EQ(weights_at(2.0 / 3.0), weights_at(1.0));
  EXPECT_EQ(weights_at(1.0), parse_file(random_model("opt_bottleneck")).at("weights").as_array().size());
  // 1 channel in and out of 3 layers with a bottleneck of max(1, 2 * 1 / 6), a head and head_scale.
  EXPECT_EQ(weights_at(0.0), 1U + 3U * (3U + 1U + 1U + 2U) + 2U + 1U);
}

TEST(Slimming, TheStepsAreThoseOfAllArraysAndSayWhatEachCosts) {
  json::value model = slimmable_model("a1_small");  // 3 and 2 channels
  const auto loaded = load(model, 0.4);
  EXPECT_THAT(steps_of(*loaded), ElementsAre(0.0, 1.0 / 3.0, 0.5, 2.0 / 3.0));
  EXPECT_THAT(loaded->info().warnings, IsEmpty());
  for (const QualityStep& step : loaded->info().quality_steps) {
    const auto at_step = load(model, step.from);
    EXPECT_EQ(at_step->info().weights, step.weights) << step.from;
    EXPECT_EQ(at_step->info().macs_per_sample, step.macs_per_sample) << step.from;
  }
}

TEST(Slimming, MoreWidthsThanTheLimitAreRefusedBeforeWeightsAreRead) {
  json::value model = slimmable_model("a1_small");
  array(model, 0)["channels"] = array(model, 1)["input_size"] = 300;
  model.as_object()["weights"] = json::array{};
  EXPECT_EQ(testing::complaint(model), "config: expected at most 256 widths, found 300");
}

TEST(Slimming, AtFullWidthNothingChanges) {
  EXPECT_EQ(output(*load(slimmable_model("a1_small_gated_a2keys"))),
            output(*load(parse_file(random_model("a1_small_gated_a2keys")))));
}

TEST(Slimming, WithoutAMethodThereIsOneWidth) {
  json::value model = slimmable_model("a1_small");
  for (const char* text : {"{}", R"({"method":""})", R"({"kwargs":{"allowed_channels":[1]}})", "null"}) {
    for (const std::size_t a : {0, 1}) array(model, a)["slimmable"] = json::parse(text);
    EXPECT_THAT(steps_of(*load(model)), ElementsAre(0.0)) << text;
  }
}

/// Expects that `model` plays in full at any quality, and says why.
void expect_full_only(const json::value& model, const char* reason) {
  const auto smallest = load(model, 0.0);
  EXPECT_THAT(smallest->info().warnings,
              ElementsAre("config.layers has smaller widths, but plays in full only, because of " +
                          std::string(reason)));
  EXPECT_THAT(steps_of(*smallest), ElementsAre(0.0));
  EXPECT_EQ(smallest->info().weights, model.at("weights").as_array().size());
  EXPECT_EQ(output(*smallest), output(*load(model, 1.0)));
}

TEST(Slimming, WhatCannotBeSlicedPlaysInFullWithAWarning) {
  expect_full_only(slimmable_model("opt_groups"), "its groups");
  expect_full_only(slimmable_model("opt_head_kernel"), "an array head with a kernel");
  expect_full_only(slimmable_model("opt_post_stack_head"), "its post-stack head");
}

// The skip sum would keep the width of the head1x1, the head that is added to it would not.
TEST(Slimming, AHead1x1BehindAnotherArrayPlaysInFullWithAWarning) {
  json::value model = slimmable_model("a1_small");
  array(model, 1)["head1x1"] = {{"active", true}, {"out_channels", 2}, {"groups", 1}};
  json::array& weights = model.at("weights").as_array();
  weights.insert(weights.begin(), 12U, json::value(0.1));  // two layers of 2 x 2 and a bias
  expect_full_only(model, "a head1x1 behind another array");
  // In the first array, or where the width stays, nothing is in the way.
  array(model, 1)["slimmable"] = slimmable({2});
  EXPECT_THAT(load(model)->info().warnings, IsEmpty());
  EXPECT_LT(load(model, 0.0)->info().weights, weights.size());
  json::value first = slimmable_model("opt_head1x1");
  array(first, 0).at("head1x1").as_object()["groups"] = 1;
  json::array& more = first.at("weights").as_array();
  more.insert(more.begin(), 36U, json::value(0.1));  // where its two groups had zeros
  EXPECT_THAT(load(first)->info().warnings, IsEmpty());
  EXPECT_LT(load(first, 0.0)->info().weights, more.size());
}

// nam-format, section 7.1: the dial of a container selects a submodel.
TEST(Slimming, TheDialDoesNotReachIntoNestedModels) {
  json::value model = parse_file(random_model("a2_container"));
  json::value& inner = model.at("config").at("submodels").at(0).at("model");
  inner = slimmable_model("a1_small");
  const std::uint64_t full = inner.at("weights").as_array().size();
  EXPECT_EQ(load(model, 0.0)->info().weights, full);
  EXPECT_THAT(steps_of(*load(model, 0.0)), ElementsAre(0.0, 0.5));

  json::value conditioned = slimmable_model("a1_small");
  conditioned.at("config").as_object()["condition_dsp"] = slimmable_model("a1_small_tanh");
  EXPECT_EQ(load(conditioned, 0.0)->info().weights,
            full + load(slimmable_model("a1_small"), 0.0)->info().weights);
}

}  // namespace
}  // namespace namrack::engine
