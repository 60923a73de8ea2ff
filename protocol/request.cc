#include "protocol/request.h"

#include <algorithm>
#include <array>

#include "protocol/command_table.h"
#include "protocol/param_check.h"
#include "protocol/quote.h"
#include "protocol/setting_table.h"

namespace namrack::protocol {
namespace {

namespace json = boost::json;

// The values below have passed check_params(), so that conversions cannot fail.

std::string string_in(const json::object& params, std::string_view key) {
  return std::string(std::string_view(params.at(key).as_string()));
}

std::optional<std::string> optional_string_in(const json::object& params, std::string_view key) {
  const json::value* const value = params.if_contains(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return string_in(params, key);
}

std::optional<double> number_in(const json::object& params, std::string_view key) {
  const json::value* const value = params.if_contains(key);
  return value != nullptr ? std::optional(value->to_number<double>()) : std::nullopt;
}

std::optional<std::uint64_t> integer_in(const json::object& params, std::string_view key) {
  const json::value* const value = params.if_contains(key);
  if (value == nullptr) return std::nullopt;
  return static_cast<std::uint64_t>(value->to_number<double>());  // at most kMaxExactInteger
}

bool flag_in(const json::object& params, std::string_view key) {
  const json::value* const value = params.if_contains(key);
  return value != nullptr && value->as_bool();
}

Switch switch_in(const json::object& params, std::string_view key) {
  const json::value& value = params.at(key);
  if (!value.is_bool()) return Switch::toggle;
  return value.get_bool() ? Switch::on : Switch::off;
}

std::vector<Topic> topics_in(const json::object& params) {
  std::vector<Topic> topics;
  for (const json::value& name : params.at("topics").as_array()) {
    topics.push_back(topic_from_name(name.as_string()).value());
  }
  return topics;
}

IfRev if_rev_in(const json::object& params) {
  return integer_in(params, "if_rev");
}

IfOver if_over_in(const json::object& params) {
  const std::optional<std::string> word = optional_string_in(params, "if_over");
  if (word == "slim") return IfOver::slim;
  return word == "force" ? IfOver::force : IfOver::refuse;
}

Request make_bypass(const json::object& params) {
  return BypassRequest{.to = switch_in(params, "on"), .if_rev = if_rev_in(params)};
}
Request make_get(const json::object& params) {
  return GetRequest{.key = optional_string_in(params, "key")};
}
Request make_hello(const json::object& params) {
  return HelloRequest{.client = optional_string_in(params, "client")};
}
Request make_inspect(const json::object& params) {
  return InspectRequest{.path = string_in(params, "path")};
}
Request make_list(const json::object& /*params*/) {
  return ListRequest{};
}
Request make_load(const json::object& params) {
  return LoadRequest{.name = string_in(params, "name"),
                     .path = string_in(params, "path"),
                     .quality = number_in(params, "quality").value_or(1.0),
                     .replace = flag_in(params, "replace"),
                     .if_over = if_over_in(params),
                     .if_rev = if_rev_in(params)};
}
Request make_ping(const json::object& /*params*/) {
  return PingRequest{};
}
Request make_quality(const json::object& params) {
  return QualityRequest{.name = string_in(params, "name"),
                        .quality = params.at("quality").to_number<double>(),
                        .fade_ms = number_in(params, "fade_ms"),
                        .if_rev = if_rev_in(params)};
}
Request make_set(const json::object& params) {
  SettingChanges changes = setting_changes_from_json(params);
  if (is_empty(changes)) {
    throw ProtocolError(ErrorCode::params, "set needs at least one setting", {{"found", "no setting"}});
  }
  return SetRequest{.changes = changes, .if_rev = if_rev_in(params)};
}
Request make_status(const json::object& /*params*/) {
  return StatusRequest{};
}
Request make_subscribe(const json::object& params) {
  return SubscribeRequest{.topics = topics_in(params), .rate_hz = number_in(params, "rate_hz")};
}
Request make_swap(const json::object& params) {
  return SwapRequest{.name = optional_string_in(params, "name"),
                     .fade_ms = number_in(params, "fade_ms"),
                     .at_frame = integer_in(params, "at_frame"),
                     .if_rev = if_rev_in(params)};
}
Request make_unload(const json::object& params) {
  return UnloadRequest{.name = string_in(params, "name"), .if_rev = if_rev_in(params)};
}
Request make_unsubscribe(const json::object& params) {
  if (!params.contains("topics")) return UnsubscribeRequest{};
  return UnsubscribeRequest{.topics = topics_in(params)};
}

struct Maker {
  std::string_view method;
  Request (*make)(const json::object& params);
};

constexpr auto kMakers = std::to_array<Maker>({{"bypass", make_bypass},
                                               {"get", make_get},
                                               {"hello", make_hello},
                                               {"inspect", make_inspect},
                                               {"list", make_list},
                                               {"load", make_load},
                                               {"ping", make_ping},
                                               {"quality", make_quality},
                                               {"set", make_set},
                                               {"status", make_status},
                                               {"subscribe", make_subscribe},
                                               {"swap", make_swap},
                                               {"unload", make_unload},
                                               {"unsubscribe", make_unsubscribe}});

}  // namespace

Request make_request(std::string_view method, const json::object& params) {
  const CommandSpec* const command = find_command(method);
  const auto* const maker = std::ranges::find(kMakers, method, &Maker::method);
  if (command == nullptr || maker == kMakers.end()) {
    throw ProtocolError(ErrorCode::method, "no method " + quote(method), {{"method", shorten(method)}});
  }
  check_params(*command, params);
  return maker->make(params);
}

}  // namespace namrack::protocol
