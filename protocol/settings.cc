#include "protocol/settings.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "protocol/setting_table.h"

namespace namrack::protocol {
namespace {

template <typename Enum, std::size_t N>
std::optional<Enum> from_name(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto* const found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

std::optional<double> number_in(const boost::json::object& object, std::string_view key) {
  const boost::json::value* const value = object.if_contains(key);
  return value != nullptr ? std::optional(value->to_number<double>()) : std::nullopt;
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
  return {{"input_db", settings.input_db},
          {"output_db", settings.output_db},
          {"level_mode", level_mode_name(settings.level_mode)},
          {"interface_dbu", settings.interface_dbu},
          {"dc_blocker", dc_blocker_name(settings.dc_blocker)},
          {"fade_ms", settings.fade_ms}};
}

SettingChanges setting_changes_from_json(const boost::json::object& object) {
  return {.input_db = number_in(object, "input_db"),
          .output_db = number_in(object, "output_db"),
          .level_mode = choice_in<LevelMode>(object, "level_mode", level_mode_from_name),
          .interface_dbu = number_in(object, "interface_dbu"),
          .dc_blocker = choice_in<DcBlocker>(object, "dc_blocker", dc_blocker_from_name),
          .fade_ms = number_in(object, "fade_ms")};
}

Settings apply_changes(Settings settings, const SettingChanges& changes) {
  settings.input_db = changes.input_db.value_or(settings.input_db);
  settings.output_db = changes.output_db.value_or(settings.output_db);
  settings.level_mode = changes.level_mode.value_or(settings.level_mode);
  settings.interface_dbu = changes.interface_dbu.value_or(settings.interface_dbu);
  settings.dc_blocker = changes.dc_blocker.value_or(settings.dc_blocker);
  settings.fade_ms = changes.fade_ms.value_or(settings.fade_ms);
  return settings;
}

bool is_empty(const SettingChanges& changes) {
  return changes == SettingChanges{};
}

std::string_view level_mode_name(LevelMode mode) {
  return kLevelModes.at(static_cast<std::size_t>(mode));
}
std::string_view dc_blocker_name(DcBlocker mode) {
  return kDcBlockers.at(static_cast<std::size_t>(mode));
}
std::optional<LevelMode> level_mode_from_name(std::string_view name) {
  return from_name<LevelMode>(kLevelModes, name);
}
std::optional<DcBlocker> dc_blocker_from_name(std::string_view name) {
  return from_name<DcBlocker>(kDcBlockers, name);
}

}  // namespace namrack::protocol
