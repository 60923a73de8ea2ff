#pragma once

#include <set>
#include <string>

#include "protocol/settings.h"

namespace namrack::player {

/// Settings that a pedal moves and that a scene's recall leaves where the pedal is (MidiAction::keep).
/// Thread: control.
class KeptValues {
 public:
  /// Only these from now on.
  void allow(const std::set<std::string>& settings);
  /// A pedal has moved these.
  void note(const protocol::SettingChanges& changes);

  /// What a scene asks for, with the pedals' values in place of its own.
  protocol::SettingChanges over(const protocol::SettingChanges& scene) const;
  /// The same without what is where its pedal is at `present`: that may move on until the scene is heard.
  protocol::SettingChanges leaving(const protocol::SettingChanges& scene,
                                   const protocol::Settings& present) const;
  /// What at `present` is not where its pedal is.
  protocol::SettingChanges missing(const protocol::Settings& present) const;

 private:
  std::set<std::string> allowed_;
  protocol::SettingChanges values_;
};

}  // namespace namrack::player
