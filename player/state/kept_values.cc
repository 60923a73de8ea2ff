#include "player/state/kept_values.h"

namespace namrack::player {

void KeptValues::allow(const std::set<Setting>& settings) {
  allowed_ = settings;
  note({});
}

void KeptValues::note(const SettingChanges& changes) {
  values_.merge(changes);
  values_ = values_.only(
      [this](std::size_t place, double) { return allowed_.contains(static_cast<Setting>(place)); });
}

SettingChanges KeptValues::over(SettingChanges scene) const {
  scene.merge(values_);
  return scene;
}

SettingChanges KeptValues::leaving(const SettingChanges& scene, const Settings& present) const {
  return over(scene).only(
      [&](std::size_t place, double) { return !values_.has(place) || values_[place] != present[place]; });
}

SettingChanges KeptValues::missing(const Settings& present) const {
  return values_.only([&](std::size_t place, double value) { return value != present[place]; });
}

}  // namespace namrack::player
