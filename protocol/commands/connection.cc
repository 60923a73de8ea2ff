#include "protocol/commands/connection.h"

#include "protocol/command_table.h"
#include "protocol/commands/readers.h"
#include "protocol/commands/state_rows.h"
#include "protocol/param_value.h"

namespace namrack::protocol {
namespace {

namespace json = boost::json;
using T = FieldType;

std::vector<Topic> topics_in(const json::object& params) {
  std::vector<Topic> topics;
  for (const json::value& name : params.at("topics").as_array())
    topics.push_back(topic_from_name(name.as_string()).value());
  return topics;
}

Request read_hello(const json::object& params) {
  return HelloRequest{.client = optional_string_in(params, "client")};
}
Request read_subscribe(const json::object& params) {
  return SubscribeRequest{.topics = topics_in(params), .rate_hz = number_in(params, "rate_hz")};
}
Request read_unsubscribe(const json::object& params) {
  if (!params.contains("topics")) return UnsubscribeRequest{};
  return UnsubscribeRequest{.topics = topics_in(params)};
}

constexpr auto kHelloParams = std::to_array<ParamSpec>(
    {{.name = "client", .help = "name and version of the client, for the daemon's log"}});
constexpr auto kHelloResult = std::to_array<FieldSpec>(
    {{"name", T::text, "\"namrackd\""},
     {"version", T::text, "of the daemon"},
     {"protocol", T::integer, "version of this protocol: 1"},
     {"methods", T::texts, "names of all methods"},
     {"topics", T::texts, "names of all event topics"},
     {"connection", T::integer, "its number: the `origin` of events that it causes"}});

constexpr auto kSubscribeParams = std::to_array<ParamSpec>({{.name = "rate_hz",
                                                             .type = ParamType::number,
                                                             .help = "of the topic meters; default 10",
                                                             .min = 0.1,
                                                             .max = 100.0,
                                                             .unit = "Hz"},
                                                            {.name = "topics",
                                                             .type = ParamType::choice_list,
                                                             .help = "added to what is already subscribed",
                                                             .required = true,
                                                             .choices = kTopicNames}});
constexpr auto kSubscribeResult =
    std::to_array<FieldSpec>({{"rev", T::integer, "revision of `state`"},
                              {.name = "state",
                               .type = T::object,
                               .help = "as `status`, so that nothing is missed in between",
                               .base = kStatusResult}});
constexpr auto kUnsubscribeParams = std::to_array<ParamSpec>(
    {{.name = "topics", .type = ParamType::choice_list, .help = "default: all", .choices = kTopicNames}});

constexpr auto kConnectionCommands = std::to_array<CommandSpec>({
    {"hello", "Says who answers and what it can do.", kHelloParams, kHelloResult, read_hello},
    {"ping", "Does nothing: tells whether the daemon answers.", {}, {}, read_bare<PingRequest>},
    {"subscribe", "Sends events of these topics to this connection.", kSubscribeParams, kSubscribeResult,
     read_subscribe},
    {"unsubscribe", "Ends the events of these topics.", kUnsubscribeParams, {}, read_unsubscribe},
});

constexpr auto kLostData = std::to_array<FieldSpec>(
    {{"n", T::integer, "events that were dropped"}, {"rev", T::integer, "revision of the state now"}});
constexpr auto kConnectionEvents = std::to_array<EventSpec>({{Topic::lost, kLostData}});

}  // namespace

std::span<const CommandSpec> connection_commands() {
  return kConnectionCommands;
}
std::span<const EventSpec> connection_events() {
  return kConnectionEvents;
}

}  // namespace namrack::protocol
