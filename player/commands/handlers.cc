#include "player/commands/handlers.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "player/or_null.h"
#include "protocol/command_table.h"

namespace namrack::player {
namespace {

struct Entry {
  Reply (*answer)(CommandHost&, protocol::Request, Subscriber&) = nullptr;
  bool is_structural = false;
};

// By the places of protocol::Request.
const Entry& entry_of(const protocol::Request& request) {
  static const auto kEntries = [] {
    std::array<Entry, std::variant_size_v<protocol::Request>> entries;
    for (const std::span<const Handler> family :
         {change_handlers(), connection_handlers(), midi_handlers(), model_handlers(), scene_handlers(),
          sound_handlers(), state_handlers()})
      for (const Handler& handler : family)
        entries.at(handler.request) = {
            handler.answer, protocol::find_command(handler.method)->effect == protocol::Effect::structure};
    return entries;
  }();
  const Entry& entry = kEntries.at(request.index());
  if (entry.answer == nullptr) throw std::logic_error("a request has no handler");
  return entry;
}

// A group does when a part of it does.
bool is_structural(const protocol::Request& request) {
  const auto* const tx = std::get_if<protocol::TxRequest>(&request);
  if (tx == nullptr) return entry_of(request).is_structural;
  return std::ranges::any_of(tx->operations, [](const protocol::TxOperation& operation) {
    return is_structural(std::visit([](const auto& typed) { return protocol::Request(typed); }, operation));
  });
}

}  // namespace

Reply Handlers::handle(protocol::Request request, Subscriber& client) {
  const bool has_to_be_saved = is_structural(request);
  auto answered = entry_of(request).answer(host_, std::move(request), client);
  boost::json::object reply = co_await std::move(answered);
  if (!has_to_be_saved) co_return reply;
  std::optional<bool> saved;  // GCC 12 would evaluate both sides of a ?: with co_await
  if (save_) saved = co_await save_();
  reply["saved"] = or_null(saved);
  co_return reply;
}

}  // namespace namrack::player
