#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "player/event_hub.h"
#include "player/midi/midi_control.h"
#include "player/player.h"
#include "player/worker.h"
#include "protocol/request.h"

namespace namrack::player {

/// The objects that requests are carried out on.
struct CommandHost {
  Player& player;
  MidiControl& midi;
  Worker& readers;
  std::function<boost::json::object()> status;
};

/// The `result` of a reply. Throws whatever to_protocol_error() knows.
using Reply = boost::asio::awaitable<boost::json::object>;

/// Who answers a method, and all others whose requests have the same type.
struct Handler {
  std::string_view method;
  std::size_t request;  ///< its place in protocol::Request
  Reply (*answer)(CommandHost& host, protocol::Request request, Subscriber& client);
};

template <typename Request>
Reply ask(Reply (*answer)(CommandHost&, Request, Subscriber&), CommandHost& host, protocol::Request request,
          Subscriber& client) {
  return answer(host, std::get<Request>(std::move(request)), client);
}
template <typename Request>
Reply ask(Reply (*answer)(CommandHost&, Request), CommandHost& host, protocol::Request request,
          Subscriber& /*client*/) {
  return answer(host, std::get<Request>(std::move(request)));
}
template <typename Request, typename... Client>
constexpr std::size_t place_in_request(Reply (* /*answer*/)(CommandHost&, Request, Client...)) {
  return []<std::size_t... Places>(std::index_sequence<Places...>) {
    return ((std::is_same_v<Request, std::variant_alternative_t<Places, protocol::Request>> ? Places : 0) +
            ...);
  }(std::make_index_sequence<std::variant_size_v<protocol::Request>>());
}
/// `Answer` is a coroutine that takes the host, a request and, if it wants to know it, the client.
template <auto Answer>
constexpr Handler handler(std::string_view method) {
  return {method, place_in_request(Answer),
          [](CommandHost& host, protocol::Request request, Subscriber& client) {
            return ask(Answer, host, std::move(request), client);
          }};
}

/// One file a family.
std::span<const Handler> change_handlers();
std::span<const Handler> connection_handlers();
std::span<const Handler> midi_handlers();
std::span<const Handler> model_handlers();
std::span<const Handler> scene_handlers();
std::span<const Handler> sound_handlers();
std::span<const Handler> state_handlers();

/// Carries requests out and puts what came of it into the words of the protocol. Thread: control.
class Handlers {
 public:
  /// Has what has changed written to disk; nullopt: no state is kept.
  using Save = std::function<boost::asio::awaitable<std::optional<bool>>()>;

  /// `save` is empty where a host has no state.
  Handlers(Player& player, MidiControl& midi, Worker& readers, std::function<boost::json::object()> status,
           Save save = {})
      : host_{player, midi, readers, std::move(status)}, save_(std::move(save)) {}

  Reply handle(protocol::Request request, Subscriber& client);
  std::uint64_t rev() const { return host_.player.state().rev(); }

 private:
  CommandHost host_;
  Save save_;
};

}  // namespace namrack::player
