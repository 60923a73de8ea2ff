#include "engine/audio/levels.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/measure/level_warnings.h"

namespace namrack::engine {
namespace {

const ModelLevels kAllKnown{.loudness_db = -20.0F, .input_dbu = 18.0F, .output_dbu = 10.0F};
constexpr float kMeasured = -15.0F;

LevelAdjustment adjustment(LevelMode mode, const ModelLevels& levels, std::optional<float> measured = {},
                           LoudnessMatch match = LoudnessMatch::metadata) {
  const SettingChanges changes{{Setting::level_mode, mode}, {Setting::match, match}};
  return level_adjustment(changes.applied_to(Settings()), levels, measured);
}

TEST(Levels, RawChangesNothing) {
  const LevelAdjustment raw = adjustment(LevelMode::raw, kAllKnown, kMeasured);
  EXPECT_EQ(raw.input_db, 0.0F);
  EXPECT_EQ(raw.output_db, 0.0F);
}

TEST(Levels, NormalizedBringsEveryModelTo18BelowFullScale) {
  const LevelAdjustment stated = adjustment(LevelMode::normalized, kAllKnown, kMeasured);
  EXPECT_EQ(stated.input_db, 0.0F);
  EXPECT_EQ(stated.output_db, 2.0F);
}

TEST(Levels, AModelThatStatesNoLoudnessIsMatchedByTheMeasuredOne) {
  EXPECT_EQ(adjustment(LevelMode::normalized, {}, kMeasured).output_db, -3.0F);
}

TEST(Levels, MeasuredGoesByTheMeasuredLoudnessOnly) {
  EXPECT_EQ(adjustment(LevelMode::normalized, kAllKnown, kMeasured, LoudnessMatch::measured).output_db,
            -3.0F);
  EXPECT_EQ(adjustment(LevelMode::normalized, kAllKnown, {}, LoudnessMatch::measured).output_db, 0.0F);
}

TEST(Levels, AStatedLoudnessMoreThanTenDecibelsOffIsNotBelieved) {
  for (const float measured : {-11.0F, -9.9F, -30.1F}) {
    EXPECT_EQ(adjustment(LevelMode::normalized, kAllKnown, measured).output_db,
              std::fabs(measured + 20.0F) > 10.0F ? -18.0F - measured : 2.0F)
        << measured;
  }
  const ModelLevels absurd{.loudness_db = -60.0F, .input_dbu = {}, .output_dbu = {}};
  EXPECT_EQ(matched_loudness(LoudnessMatch::metadata, absurd, -11.0F).source, MatchSource::measured);
  EXPECT_EQ(level_warnings(LevelMode::normalized, absurd, -11.04F),
            std::vector<std::string>{"metadata.loudness states -60 dB, but -11 dB is measured: the measured "
                                     "loudness is used"});
}

TEST(Levels, WhatCannotBeMeasuredIsBelieved) {
  EXPECT_EQ(matched_loudness(LoudnessMatch::metadata, kAllKnown, {}).source, MatchSource::metadata);
  EXPECT_EQ(matched_loudness(LoudnessMatch::metadata, kAllKnown, {}).db, -20.0F);
  EXPECT_TRUE(level_warnings(LevelMode::normalized, kAllKnown, {}).empty());
}

TEST(Levels, TheSourceOfWhatIsMatchedIsTold) {
  EXPECT_EQ(matched_loudness(LoudnessMatch::metadata, kAllKnown, kMeasured).source, MatchSource::metadata);
  EXPECT_EQ(matched_loudness(LoudnessMatch::metadata, {}, kMeasured).source, MatchSource::measured);
  EXPECT_EQ(matched_loudness(LoudnessMatch::measured, kAllKnown, kMeasured).source, MatchSource::measured);
  EXPECT_EQ(matched_loudness(LoudnessMatch::off, kAllKnown, kMeasured).source, MatchSource::none);
  EXPECT_EQ(matched_loudness(LoudnessMatch::metadata, {}, {}).source, MatchSource::none);
  EXPECT_EQ(match_source_name(MatchSource::measured), "measured");
}

TEST(Levels, CalibratedSaysWhatTheFileDoesNotState) {
  EXPECT_TRUE(level_warnings(LevelMode::calibrated, kAllKnown, kMeasured).empty());
  EXPECT_TRUE(level_warnings(LevelMode::normalized, {}, kMeasured).empty());
  const ModelLevels no_output{.loudness_db = {}, .input_dbu = 12.0F, .output_dbu = {}};
  for (const ModelLevels& levels : {ModelLevels{}, no_output}) {
    const auto warnings = level_warnings(LevelMode::calibrated, levels, {});
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings[0].find("output_level_dbu"), std::string::npos);
    EXPECT_EQ(warnings[0].find("input_level_dbu") == std::string::npos, levels.input_dbu.has_value());
  }
}

TEST(Levels, OffMatchesNothing) {
  EXPECT_EQ(adjustment(LevelMode::normalized, kAllKnown, kMeasured, LoudnessMatch::off).output_db, 0.0F);
}

TEST(Levels, WhatIsAlmostSilentIsNotMadeLoud) {
  EXPECT_EQ(adjustment(LevelMode::normalized, {}, -150.0F).output_db, kMostMatchDb);
  EXPECT_EQ(adjustment(LevelMode::normalized, {}, 150.0F).output_db, -kMostMatchDb);
}

TEST(Levels, CalibratedFollowsTheInterfaceLevel) {
  const LevelAdjustment calibrated = adjustment(LevelMode::calibrated, kAllKnown, kMeasured);
  EXPECT_EQ(calibrated.input_db, -6.0F);
  EXPECT_EQ(calibrated.output_db, -2.0F);
}

TEST(Levels, WhatIsNotKnownMeansNoAdjustment) {
  for (const LevelMode mode : {LevelMode::raw, LevelMode::normalized, LevelMode::calibrated}) {
    EXPECT_EQ(adjustment(mode, {}).input_db, 0.0F);
    EXPECT_EQ(adjustment(mode, {}).output_db, 0.0F);
  }
}

TEST(Levels, WhatIsAutomaticRunsInEveryModeButRaw) {
  for (const LevelMode mode : {LevelMode::raw, LevelMode::normalized, LevelMode::calibrated}) {
    Settings settings;
    settings.set(Setting::level_mode, mode);
    EXPECT_EQ(is_on(settings, Setting::dc_blocker), mode != LevelMode::raw);
    settings.set(Setting::peak_guard, AutoSwitch::on);
    EXPECT_TRUE(is_on(settings, Setting::peak_guard));
    settings.set(Setting::peak_guard, AutoSwitch::off);
    EXPECT_FALSE(is_on(settings, Setting::peak_guard));
  }
}

}  // namespace
}  // namespace namrack::engine
