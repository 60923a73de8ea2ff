#pragma once

#include <set>

#include "parameters/settings.h"

namespace namrack::player {

/// Settings that a pedal moves and that a scene's recall leaves where the pedal is (MidiAction::keep).
/// Thread: control.
class KeptValues {
 public:
  /// Only these from now on.
  void allow(const std::set<Setting>& settings);
  /// A pedal has moved these.
  void note(const SettingChanges& changes);

  /// The settings that a scene asks for, with the pedals' values in place of its own.
  SettingChanges over(SettingChanges scene) const;
  /// The same without what is where its pedal is at `present`: that may move on until the scene is heard.
  SettingChanges leaving(const SettingChanges& scene, const Settings& present) const;
  /// Those settings of `present` that are not where their pedals are.
  SettingChanges missing(const Settings& present) const;

 private:
  std::set<Setting> allowed_;
  SettingChanges values_;
};

}  // namespace namrack::player
