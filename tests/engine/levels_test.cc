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

TEST(Levels, raw_changes_nothing) {
  const LevelAdjustment raw = adjustment(LevelMode::raw, kAllKnown, kMeasured);
  EXPECT_EQ(raw.input_db, 0.0F);
  EXPECT_EQ(raw.output_db, 0.0F);
}

TEST(Levels, normalized_brings_every_model_to_18_below_full_scale) {
  const LevelAdjustment stated = adjustment(LevelMode::normalized, kAllKnown, kMeasured);
  EXPECT_EQ(stated.input_db, 0.0F);
  EXPECT_EQ(stated.output_db, 2.0F);
}

TEST(Levels, a_model_that_states_no_loudness_is_matched_by_the_measured_one) {
  EXPECT_EQ(adjustment(LevelMode::normalized, {}, kMeasured).output_db, -3.0F);
}

TEST(Levels, measured_goes_by_the_measured_loudness_only) {
  EXPECT_EQ(adjustment(LevelMode::normalized, kAllKnown, kMeasured, LoudnessMatch::measured).output_db,
            -3.0F);
  EXPECT_EQ(adjustment(LevelMode::normalized, kAllKnown, {}, LoudnessMatch::measured).output_db, 0.0F);
}

TEST(Levels, a_stated_loudness_more_than_ten_decibels_off_is_not_believed) {
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

TEST(Levels, what_cannot_be_measured_is_believed) {
  EXPECT_EQ(matched_loudness(LoudnessMatch::metadata, kAllKnown, {}).source, MatchSource::metadata);
  EXPECT_EQ(matched_loudness(LoudnessMatch::metadata, kAllKnown, {}).db, -20.0F);
  EXPECT_TRUE(level_warnings(LevelMode::normalized, kAllKnown, {}).empty());
}

TEST(Levels, the_source_of_what_is_matched_is_told) {
  EXPECT_EQ(matched_loudness(LoudnessMatch::metadata, kAllKnown, kMeasured).source, MatchSource::metadata);
  EXPECT_EQ(matched_loudness(LoudnessMatch::metadata, {}, kMeasured).source, MatchSource::measured);
  EXPECT_EQ(matched_loudness(LoudnessMatch::measured, kAllKnown, kMeasured).source, MatchSource::measured);
  EXPECT_EQ(matched_loudness(LoudnessMatch::off, kAllKnown, kMeasured).source, MatchSource::none);
  EXPECT_EQ(matched_loudness(LoudnessMatch::metadata, {}, {}).source, MatchSource::none);
  EXPECT_EQ(match_source_name(MatchSource::measured), "measured");
}

TEST(Levels, calibrated_says_what_the_file_does_not_state) {
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

TEST(Levels, off_matches_nothing) {
  EXPECT_EQ(adjustment(LevelMode::normalized, kAllKnown, kMeasured, LoudnessMatch::off).output_db, 0.0F);
}

TEST(Levels, what_is_almost_silent_is_not_made_loud) {
  EXPECT_EQ(adjustment(LevelMode::normalized, {}, -150.0F).output_db, kMostMatchDb);
  EXPECT_EQ(adjustment(LevelMode::normalized, {}, 150.0F).output_db, -kMostMatchDb);
}

TEST(Levels, calibrated_follows_the_interface_level) {
  const LevelAdjustment calibrated = adjustment(LevelMode::calibrated, kAllKnown, kMeasured);
  EXPECT_EQ(calibrated.input_db, -6.0F);
  EXPECT_EQ(calibrated.output_db, -2.0F);
}

TEST(Levels, what_is_not_known_means_no_adjustment) {
  for (const LevelMode mode : {LevelMode::raw, LevelMode::normalized, LevelMode::calibrated}) {
    EXPECT_EQ(adjustment(mode, {}).input_db, 0.0F);
    EXPECT_EQ(adjustment(mode, {}).output_db, 0.0F);
  }
}

TEST(Levels, what_is_automatic_runs_in_every_mode_but_raw) {
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
