#include "protocol/settings.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "protocol/param_value.h"
#include "protocol/setting_table.h"

namespace namrack::protocol {
namespace {

template <typename Enum, std::size_t N>
std::optional<Enum> value_from_name(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto* const found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

template <typename Enum>
std::optional<Enum> choice_in(const boost::json::object& object, std::string_view key,
                              std::optional<Enum> (*read)(std::string_view)) {
  const boost::json::value* const value = object.if_contains(key);
  return value != nullptr ? read(value->as_string()) : std::nullopt;
}

}  // namespace

const ParamSpec* find_setting(std::string_view key) {
  const auto* const row = std::ranges::lower_bound(kSettings, key, {}, &ParamSpec::name);
  return row != kSettings.end() && row->name == key ? row : nullptr;
}

boost::json::object settings_to_json(const Settings& settings) {
  return setting_changes_to_json(all_of(settings));
}

boost::json::object setting_changes_to_json(const SettingChanges& changes) {
  boost::json::object object;
  const auto put = [&](std::string_view key, const auto& value) {
    if (value) object[key] = *value;
  };
  const auto named = [](const auto& value, auto name_of) {
    return value ? std::optional(name_of(*value)) : std::nullopt;
  };
  put("input_db", changes.input_db);
  put("output_db", changes.output_db);
  put("level_mode", named(changes.level_mode, level_mode_name));
  put("match", named(changes.match, loudness_match_name));
  put("interface_dbu", changes.interface_dbu);
  put("dc_blocker", named(changes.dc_blocker, auto_switch_name));
  put("peak_guard", named(changes.peak_guard, auto_switch_name));
  put("ceiling_db", changes.ceiling_db);
  put("fade_ms", changes.fade_ms);
  put("on_missing", named(changes.on_missing, on_missing_name));
  return object;
}

SettingChanges setting_changes_from_json(const boost::json::object& object) {
  return {.input_db = number_in(object, "input_db"),
          .output_db = number_in(object, "output_db"),
          .level_mode = choice_in<LevelMode>(object, "level_mode", level_mode_from_name),
          .interface_dbu = number_in(object, "interface_dbu"),
          .match = choice_in<LoudnessMatch>(object, "match", loudness_match_from_name),
          .dc_blocker = choice_in<AutoSwitch>(object, "dc_blocker", auto_switch_from_name),
          .peak_guard = choice_in<AutoSwitch>(object, "peak_guard", auto_switch_from_name),
          .ceiling_db = number_in(object, "ceiling_db"),
          .fade_ms = number_in(object, "fade_ms"),
          .on_missing = choice_in<OnMissing>(object, "on_missing", on_missing_from_name)};
}

SettingChanges all_of(const Settings& settings) {
  return {.input_db = settings.input_db,
          .output_db = settings.output_db,
          .level_mode = settings.level_mode,
          .interface_dbu = settings.interface_dbu,
          .match = settings.match,
          .dc_blocker = settings.dc_blocker,
          .peak_guard = settings.peak_guard,
          .ceiling_db = settings.ceiling_db,
          .fade_ms = settings.fade_ms,
          .on_missing = settings.on_missing};
}

SettingChanges sound_of(const Settings& settings) {
  SettingChanges changes = all_of(settings);
  changes.fade_ms.reset();  // how one changes is not what one hears
  changes.on_missing.reset();
  return changes;
}

namespace {

template <typename Target, typename Take>
void take_all(Target& target, const SettingChanges& changes, Take take) {
  take(target.input_db, changes.input_db);
  take(target.output_db, changes.output_db);
  take(target.level_mode, changes.level_mode);
  take(target.interface_dbu, changes.interface_dbu);
  take(target.match, changes.match);
  take(target.dc_blocker, changes.dc_blocker);
  take(target.peak_guard, changes.peak_guard);
  take(target.ceiling_db, changes.ceiling_db);
  take(target.fade_ms, changes.fade_ms);
  take(target.on_missing, changes.on_missing);
}

}  // namespace

Settings apply_changes(Settings settings, const SettingChanges& changes) {
  take_all(settings, changes, [](auto& value, const auto& change) { value = change.value_or(value); });
  return settings;
}

SettingChanges merged(SettingChanges first, const SettingChanges& second) {
  take_all(first, second, [](auto& value, const auto& change) {
    if (change) value = change;
  });
  return first;
}

bool is_empty(const SettingChanges& changes) {
  return changes == SettingChanges{};
}

std::string_view level_mode_name(LevelMode mode) {
  return kLevelModes.at(static_cast<std::size_t>(mode));
}
std::string_view loudness_match_name(LoudnessMatch match) {
  return kLoudnessMatches.at(static_cast<std::size_t>(match));
}
std::string_view auto_switch_name(AutoSwitch which) {
  return kAutoSwitches.at(static_cast<std::size_t>(which));
}
std::string_view on_missing_name(OnMissing what) {
  return kOnMissing.at(static_cast<std::size_t>(what));
}
std::optional<LevelMode> level_mode_from_name(std::string_view name) {
  return value_from_name<LevelMode>(kLevelModes, name);
}
std::optional<LoudnessMatch> loudness_match_from_name(std::string_view name) {
  return value_from_name<LoudnessMatch>(kLoudnessMatches, name);
}
std::optional<AutoSwitch> auto_switch_from_name(std::string_view name) {
  return value_from_name<AutoSwitch>(kAutoSwitches, name);
}
std::optional<OnMissing> on_missing_from_name(std::string_view name) {
  return value_from_name<OnMissing>(kOnMissing, name);
}

}  // namespace namrack::protocol
