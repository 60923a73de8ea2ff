#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "protocol/commands/when.h"

// scene and setlist with their verbs.
namespace namrack::protocol {

struct CommandSpec;
struct EventSpec;

struct SceneDeleteRequest {
  std::string name;
  IfRev if_rev = {};
};
struct SceneListRequest {};
struct SceneRecallRequest {
  std::string name;
  std::optional<double> fade_ms = {};  ///< nullopt: Setting::fade_ms
  When when = {};
  IfRev if_rev = {};
};
struct SceneRenameRequest {
  std::string name, to;
  IfRev if_rev = {};
};
struct SceneSaveRequest {
  std::string name;
  IfRev if_rev = {};
};
/// `scene.next` and `scene.prev`.
struct SceneStepRequest {
  int step = 1;
  std::optional<double> fade_ms = {};
  When when = {};
  IfRev if_rev = {};
};
struct SetlistDeleteRequest {
  std::string name;
  IfRev if_rev = {};
};
struct SetlistListRequest {};
struct SetlistSaveRequest {
  std::string name;
  std::vector<std::string> scenes;
  IfRev if_rev = {};
};
struct SetlistUseRequest {
  std::optional<std::string> name = {};  ///< nullopt: all scenes, in the order in which they were saved
  IfRev if_rev = {};
};

using SceneRequests =
    std::variant<SceneDeleteRequest, SceneListRequest, SceneRecallRequest, SceneRenameRequest,
                 SceneSaveRequest, SceneStepRequest, SetlistDeleteRequest, SetlistListRequest,
                 SetlistSaveRequest, SetlistUseRequest>;
std::span<const CommandSpec> scene_commands();
std::span<const EventSpec> scene_events();

}  // namespace namrack::protocol
