#include "player/kept_values.h"

#include <boost/json.hpp>

namespace namrack::player {
namespace json = boost::json;
using protocol::SettingChanges;
namespace {

// Those of `changes` that `is_wanted`, by name and value.
template <typename Predicate>
SettingChanges only(const SettingChanges& changes, Predicate is_wanted) {
  json::object wanted;
  for (const auto& [key, value] : protocol::setting_changes_to_json(changes))
    if (is_wanted(key, value)) wanted[key] = value;
  return protocol::setting_changes_from_json(wanted);
}

}  // namespace

void KeptValues::allow(const std::set<std::string>& settings) {
  allowed_ = settings;
  note({});
}

void KeptValues::note(const SettingChanges& changes) {
  values_ = only(protocol::merged(values_, changes),
                 [this](const auto& key, const json::value&) { return allowed_.contains(std::string(key)); });
}

SettingChanges KeptValues::over(const SettingChanges& scene) const {
  return protocol::merged(scene, values_);
}

SettingChanges KeptValues::leaving(const SettingChanges& scene, const protocol::Settings& present) const {
  const json::object kept = protocol::setting_changes_to_json(values_);
  const json::object now = protocol::settings_to_json(present);
  return only(over(scene), [&](const auto& key, const json::value&) {
    return !kept.contains(key) || kept.at(key) != now.at(key);
  });
}

SettingChanges KeptValues::missing(const protocol::Settings& present) const {
  const json::object now = protocol::settings_to_json(present);
  return only(values_, [&](const auto& key, const json::value& value) { return now.at(key) != value; });
}

}  // namespace namrack::player
