#include "engine/rack/levels.h"

#include <gtest/gtest.h>

namespace namrack::engine {
namespace {

float db(float gain) {
  return 20.0F * std::log10(gain);
}

const ModelLevels kAllKnown{.loudness_db = -20.0F, .input_dbu = 18.0F, .output_dbu = 10.0F};

TEST(Levels, raw_changes_nothing) {
  const LevelGains gains = level_gains(LevelMode::raw, kAllKnown, 12.0F);
  EXPECT_EQ(gains.input, 1.0F);
  EXPECT_EQ(gains.output, 1.0F);
}

TEST(Levels, normalized_brings_every_model_to_18_below_full_scale) {
  const LevelGains gains = level_gains(LevelMode::normalized, kAllKnown, 12.0F);
  EXPECT_EQ(gains.input, 1.0F);
  EXPECT_NEAR(db(gains.output), 2.0F, 1e-4F);
}

TEST(Levels, calibrated_follows_the_interface_level) {
  const LevelGains gains = level_gains(LevelMode::calibrated, kAllKnown, 12.0F);
  EXPECT_NEAR(db(gains.input), -6.0F, 1e-4F);
  EXPECT_NEAR(db(gains.output), -2.0F, 1e-4F);
}

TEST(Levels, missing_metadata_means_no_adjustment) {
  for (const LevelMode mode : {LevelMode::raw, LevelMode::normalized, LevelMode::calibrated}) {
    const LevelGains gains = level_gains(mode, {}, 4.0F);
    EXPECT_EQ(gains.input, 1.0F);
    EXPECT_EQ(gains.output, 1.0F);
  }
}

TEST(Levels, modes_are_found_by_the_names_that_users_know) {
  EXPECT_EQ(level_mode_from_name("raw"), LevelMode::raw);
  EXPECT_EQ(level_mode_from_name("normalized"), LevelMode::normalized);
  EXPECT_EQ(level_mode_from_name("calibrated"), LevelMode::calibrated);
  EXPECT_EQ(level_mode_from_name("loud"), std::nullopt);
  EXPECT_EQ(dc_block_from_name("auto"), DcBlock::automatic);
  EXPECT_EQ(dc_block_from_name("on"), DcBlock::on);
  EXPECT_EQ(dc_block_from_name("off"), DcBlock::off);
  EXPECT_EQ(dc_block_from_name("raw"), std::nullopt);
}

}  // namespace
}  // namespace namrack::engine
