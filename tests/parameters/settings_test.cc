#include "parameters/settings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace namrack {
namespace {

TEST(Settings, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const Parameter& row : kSettings) EXPECT_TRUE(names.insert(row.name).second) << row.name;
}

TEST(Settings, BeginWithTheValuesOfTheirRows) {
  const Settings settings;
  for (std::size_t i = 0; i < kSettings.size(); ++i) EXPECT_EQ(settings[i], kSettings[i].value);
  EXPECT_EQ(settings.as<LevelMode>(Setting::level_mode), LevelMode::normalized);
  EXPECT_EQ(settings.as<float>(Setting::interface_dbu), 12.0F);
}

TEST(Settings, OfTheSoundAreAllButTheFadeAndWhatReplacesAMissingFile) {
  const SettingChanges sound = sound_of({});
  EXPECT_TRUE(sound.has(Setting::input_db));
  EXPECT_TRUE(sound.has(Setting::peak_guard));
  EXPECT_FALSE(sound.has(Setting::fade_ms));
  EXPECT_FALSE(sound.has(Setting::on_missing));
}

}  // namespace
}  // namespace namrack
