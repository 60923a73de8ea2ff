#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "protocol/topic.h"

// hello, ping, subscribe, unsubscribe: what a client asks about the conversation itself.
namespace namrack::protocol {

struct CommandSpec;
struct EventSpec;

/// Version of the protocol, as `hello` returns it.
inline constexpr int kProtocolVersion = 1;
/// Rate of the topic `meters` when the client names none, in Hz.
inline constexpr double kDefaultMeterRateHz = 10.0;

struct HelloRequest {
  std::optional<std::string> client = {};
};
struct PingRequest {};
struct SubscribeRequest {
  std::vector<Topic> topics;
  std::optional<double> rate_hz = {};
};
struct UnsubscribeRequest {
  std::optional<std::vector<Topic>> topics = {};  ///< nullopt: all
};

using ConnectionRequests = std::variant<HelloRequest, PingRequest, SubscribeRequest, UnsubscribeRequest>;
std::span<const CommandSpec> connection_commands();
std::span<const EventSpec> connection_events();

}  // namespace namrack::protocol
