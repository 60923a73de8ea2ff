#include <boost/json.hpp>
#include <utility>

#include "player/commands/handlers.h"
#include "player/commands/replies.h"
#include "player/or_null.h"

namespace namrack::player {
namespace json = boost::json;
namespace {

Reply answer_cancel(CommandHost& host, protocol::CancelRequest request) {
  const std::vector<std::uint64_t> cancelled = co_await host.player.changes().cancel(request);
  co_return json::object{{"cancelled", json::value_from(cancelled)}};
}

Reply answer_pending(CommandHost& host, protocol::PendingRequest /*request*/) {
  json::array changes;
  for (const Change* const change : host.player.changes().open().waiting()) {
    changes.push_back(json::object{{"id", change->id},
                                   {"what", change->asked.what},
                                   {"frame", or_null(change->due_frame)},
                                   {"at_bar", or_null(change->asked.when.at_bar)},
                                   {"at_beat", or_null(change->asked.when.at_beat)},
                                   {"origin", change->origin}});
  }
  co_return json::object{{"changes", std::move(changes)}, {"limit", OpenChanges::kMaxWaiting}};
}

Reply answer_tx(CommandHost& host, protocol::TxRequest request, Subscriber& client) {
  const TxResult result = co_await host.player.loading().tx(std::move(request), client.id());
  json::array loaded;
  for (const std::string& name : result.loaded)
    if (const BankEntry* const entry = host.player.library().bank().find(name))
      loaded.push_back(describe_model(host.player, name, *entry));
  json::object reply = sound_reply(result.sound);
  reply["loaded"] = std::move(loaded);
  co_return reply;
}

constexpr Handler kChangesHandlers[] = {
    handler<answer_cancel>("cancel"),
    handler<answer_pending>("pending"),
    handler<answer_tx>("tx"),
};

}  // namespace

std::span<const Handler> change_handlers() {
  return kChangesHandlers;
}

}  // namespace namrack::player
