#include <spdlog/spdlog.h>

#include <boost/json.hpp>

#include "player/commands/handlers.h"
#include "protocol/command_table.h"

namespace namrack::player {
namespace json = boost::json;
namespace {

json::array names(std::span<const std::string_view> list) {
  json::array array;
  for (const std::string_view name : list) array.emplace_back(name);
  return array;
}

Reply answer_hello(CommandHost& /*host*/, protocol::HelloRequest request, Subscriber& client) {
  if (request.client) spdlog::debug("client {} is {}", client.id(), *request.client);
  co_return json::object{{"name", "namrackd"},
                         {"version", NAMRACK_VERSION},
                         {"protocol", protocol::kProtocolVersion},
                         {"methods", names(protocol::command_names())},
                         {"topics", names(protocol::kTopicNames)},
                         {"connection", client.id()}};
}

Reply answer_ping(CommandHost& /*host*/, protocol::PingRequest /*request*/) {
  co_return json::object{};
}

Reply answer_subscribe(CommandHost& host, protocol::SubscribeRequest request, Subscriber& client) {
  client.subscribe(request.topics, request.rate_hz);
  co_return json::object{{"rev", host.player.state().rev()}, {"state", host.status()}};
}

Reply answer_unsubscribe(CommandHost& /*host*/, protocol::UnsubscribeRequest request, Subscriber& client) {
  client.unsubscribe(request.topics);
  co_return json::object{};
}

constexpr Handler kConnectionHandlers[] = {
    handler<answer_hello>("hello"),
    handler<answer_ping>("ping"),
    handler<answer_subscribe>("subscribe"),
    handler<answer_unsubscribe>("unsubscribe"),
};

}  // namespace

std::span<const Handler> connection_handlers() {
  return kConnectionHandlers;
}

}  // namespace namrack::player
