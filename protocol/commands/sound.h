#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "parameters/settings.h"
#include "protocol/commands/when.h"

// bypass, set, swap: what is heard.
namespace namrack::protocol {

struct CommandSpec;
struct EventSpec;

enum class Switch { off, on, toggle };

struct BypassRequest {
  Switch to = Switch::toggle;
  When when = {};
  IfRev if_rev = {};
};
struct SetRequest {
  SettingChanges changes;  ///< never empty
  When when = {};
  IfRev if_rev = {};
};
struct SwapRequest {
  std::optional<std::string> name = {};  ///< nullopt: no model, the dry signal
  std::optional<double> fade_ms = {};    ///< nullopt: Setting::fade_ms
  When when = {};
  IfRev if_rev = {};
};

using SoundRequests = std::variant<BypassRequest, SetRequest, SwapRequest>;
std::span<const CommandSpec> sound_commands();
std::span<const EventSpec> sound_events();

}  // namespace namrack::protocol
