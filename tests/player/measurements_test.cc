#include "player/library/measurements.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace namrack::player {
namespace {

void no_problem(const char* reason) {
  ADD_FAILURE() << reason;
}

TEST(Measurements, AreKeptByContentsQualityAndBlock) {
  Measurements measurements;
  const Measurements::Key key{.content = 7, .quality = 0.5};
  EXPECT_EQ(measurements.load(key, 64), std::nullopt);
  EXPECT_EQ(measurements.loudness(key), std::nullopt);
  measurements.keep_load(key, 64, 0.25);
  measurements.keep_load(key, 128, 0.125);
  measurements.keep_loudness(key, {std::nullopt});
  EXPECT_EQ(measurements.load(key, 64), 0.25);
  EXPECT_EQ(measurements.load(key, 128), 0.125);
  EXPECT_EQ(measurements.load({.content = 7}, 64), std::nullopt);
  EXPECT_EQ(measurements.load({.content = 8, .quality = 0.5}, 64), std::nullopt);
  ASSERT_TRUE(measurements.loudness(key)) << "silence is a result, too";
  EXPECT_EQ(measurements.loudness(key)->db, std::nullopt);
}

TEST(Measurements, AreReadBackAsTheyWereWritten) {
  Measurements measurements;
  measurements.keep_load({.content = 0xFEDCBA9876543210U}, 128, 0.03125);
  measurements.keep_loudness({.content = 0xFEDCBA9876543210U}, {-18.25F});
  measurements.keep_loudness({.content = 1}, {std::nullopt});
  const Measurements again = measurements_from_json(to_json(measurements), no_problem);
  EXPECT_EQ(again.load({.content = 0xFEDCBA9876543210U}, 128), 0.03125);
  EXPECT_EQ(to_json(again), to_json(measurements));
}

TEST(Measurements, OfAnotherCpuOnlyTheLoudnessHolds) {
  Measurements measurements;
  measurements.keep_load({.content = 1}, 128, 0.5);
  measurements.keep_loudness({.content = 1}, {-18.0F});
  boost::json::object document = to_json(measurements);
  document["on"] = "another one";
  const Measurements there = measurements_from_json(document, no_problem);
  EXPECT_EQ(there.load({.content = 1}, 128), std::nullopt);
  EXPECT_EQ(there.loudness({.content = 1})->db, -18.0F);
}

TEST(Measurements, WhatCannotBeReadIsSkippedAlone) {
  Measurements measurements;
  measurements.keep_load({.content = 0xAB}, 64, 0.5);
  boost::json::object document = to_json(measurements);
  boost::json::array& models = document.at("models").as_array();
  for (const char* broken : {R"({"content": "xyz", "quality": 1, "loads": {}})", R"({"content": "1"})", "5",
                             R"({"content": "2", "quality": 1, "loads": {"sixty": 1}})",
                             R"({"content": "3", "quality": 1, "loads": {"64": -1}})"})
    models.insert(models.begin(), boost::json::parse(broken));
  int problems = 0;
  const Measurements read = measurements_from_json(document, [&](const char*) { ++problems; });
  EXPECT_EQ(problems, 5);
  EXPECT_EQ(read.load({.content = 0xAB}, 64), 0.5);
  EXPECT_EQ(read.load({.content = 3}, 64), std::nullopt);
}

TEST(Measurements, TheOldestGivesWayWhenThereAreMany) {
  Measurements measurements;
  for (std::uint64_t i = 0; i < Measurements::kMaxModels; ++i)
    measurements.keep_load({.content = i}, 64, 0.5);
  measurements.keep_load({.content = 0}, 128, 0.5);
  measurements.keep_load({.content = 9999}, 64, 0.5);
  EXPECT_EQ(measurements.load({.content = 1}, 64), std::nullopt);
  EXPECT_TRUE(measurements.load({.content = 0}, 64));
  EXPECT_TRUE(measurements.load({.content = 2}, 64));
}

TEST(Measurements, TheCpuHasAName) {
  EXPECT_FALSE(cpu_name().empty());
  EXPECT_EQ(cpu_name().find('\n'), std::string::npos);
}

}  // namespace
}  // namespace namrack::player
