#include <boost/json.hpp>
#include <utility>

#include "player/commands/handlers.h"
#include "player/commands/replies.h"
#include "player/library/entry_levels.h"
#include "protocol/parameter_json.h"

namespace namrack::player {
namespace json = boost::json;
namespace {

Reply answer_bypass(CommandHost& host, protocol::BypassRequest request, Subscriber& client) {
  const SoundResult result = co_await host.player.changes().bypass(request, client.id());
  json::object reply{{"bypass", result.bypass}};
  add_outcome(reply, result);
  co_return reply;
}

Reply answer_set(CommandHost& host, protocol::SetRequest request, Subscriber& client) {
  const SoundResult result = co_await host.player.changes().set(request, client.id());
  json::object reply{{"params", protocol::values_json(kSettings, result.settings)}};
  const std::optional<std::string>& current = host.player.state().current();
  const BankEntry* const entry = current ? host.player.library().bank().find(*current) : nullptr;
  reply["warnings"] = entry != nullptr
                          ? json::value_from(level_warnings(*entry, host.player.state().settings()))
                          : json::value(json::array());
  add_outcome(reply, result);
  co_return reply;
}

Reply answer_swap(CommandHost& host, protocol::SwapRequest request, Subscriber& client) {
  const SwapResult result = co_await host.player.changes().swap(std::move(request), client.id());
  co_return swap_report(result);
}

constexpr Handler kSoundHandlers[] = {
    handler<answer_bypass>("bypass"),
    handler<answer_set>("set"),
    handler<answer_swap>("swap"),
};

}  // namespace

std::span<const Handler> sound_handlers() {
  return kSoundHandlers;
}

}  // namespace namrack::player
