#include <boost/json.hpp>

#include "player/commands/handlers.h"
#include "protocol/parameter_json.h"

namespace namrack::player {
namespace json = boost::json;
namespace {

Reply answer_get(CommandHost& host, protocol::GetRequest request) {
  json::object params = protocol::values_json(kSettings, host.player.state().settings());
  if (request.key) params = json::object{{*request.key, params.at(*request.key)}};
  co_return json::object{{"params", std::move(params)}};
}

Reply answer_status(CommandHost& host, protocol::StatusRequest /*request*/) {
  co_return host.status();
}

constexpr Handler kStateHandlers[] = {
    handler<answer_get>("get"),
    handler<answer_status>("status"),
};

}  // namespace

std::span<const Handler> state_handlers() {
  return kStateHandlers;
}

}  // namespace namrack::player
