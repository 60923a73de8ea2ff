#include "protocol/settings.h"

#include <gtest/gtest.h>

#include "protocol/param_check.h"
#include "protocol/setting_table.h"

namespace namrack::protocol {
namespace {

TEST(Settings, EverySettingOfTheTableIsShownAndItsDefaultIsAllowed) {
  const boost::json::object defaults = settings_to_json({});
  EXPECT_EQ(defaults.size(), kSettings.size());
  for (const ParamSpec& setting : kSettings) EXPECT_NO_THROW(check_value(setting, defaults.at(setting.name)));
}

TEST(Settings, SurviveTheWayThroughJson) {
  const Settings settings{.input_db = 1.5,
                          .output_db = -7,
                          .level_mode = LevelMode::calibrated,
                          .interface_dbu = 14,
                          .match = LoudnessMatch::measured,
                          .dc_blocker = AutoSwitch::on,
                          .peak_guard = AutoSwitch::off,
                          .ceiling_db = -3,
                          .fade_ms = 0};
  EXPECT_EQ(apply_changes({}, setting_changes_from_json(settings_to_json(settings))), settings);
}

TEST(Settings, ChangesLeaveTheRestAlone) {
  const Settings changed = apply_changes({.input_db = 3}, {.output_db = -3});
  EXPECT_EQ(changed, (Settings{.input_db = 3, .output_db = -3}));
}

TEST(Settings, OfTwoChangesTheSecondWinsWhereBothNameASetting) {
  const SettingChanges both = merged({.input_db = 3, .output_db = 1}, {.input_db = 5, .fade_ms = 2});
  EXPECT_EQ(both, (SettingChanges{.input_db = 5, .output_db = 1, .fade_ms = 2}));
}

TEST(Settings, NamesAreFoundExactly) {
  EXPECT_EQ(find_setting("fade_ms")->unit, "ms");
  EXPECT_EQ(find_setting("fade"), nullptr);
  EXPECT_EQ(level_mode_from_name("calibrated"), LevelMode::calibrated);
  EXPECT_EQ(level_mode_from_name("loud"), std::nullopt);
  EXPECT_EQ(auto_switch_name(AutoSwitch::automatic), "auto");
}

}  // namespace
}  // namespace namrack::protocol
