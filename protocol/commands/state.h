#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>

// status and get; the events that tell how the daemon, JACK and the machine are.
namespace namrack::protocol {

struct CommandSpec;
struct EventSpec;

struct GetRequest {
  std::optional<std::string> key = {};  ///< one of kSettingNames; nullopt: all
};
struct StatusRequest {};

using StateRequests = std::variant<GetRequest, StatusRequest>;
std::span<const CommandSpec> state_commands();
std::span<const EventSpec> state_events();

}  // namespace namrack::protocol
