#include <boost/json.hpp>
#include <utility>

#include "player/commands/handlers.h"
#include "player/commands/replies.h"
#include "player/or_null.h"

namespace namrack::player {
namespace json = boost::json;
namespace {

json::object mapped_reply(const MidiMapped& mapped) {
  const auto describe = [](const MidiMapping& mapping) {
    return protocol::midi_mapping_to_json(mapping.source, mapping.action);
  };
  json::object reply{{"mapping", describe(mapped.mapping)}, {"replaced", nullptr}, {"rev", mapped.rev}};
  json::array others;
  for (const MidiMapping& mapping : mapped.replaced) {
    if (&mapping == &mapped.replaced.front())
      reply["replaced"] = describe(mapping);
    else
      others.push_back(describe(mapping));
  }
  reply["also_replaced"] = std::move(others);
  return reply;
}

Reply answer_midi_cancel(CommandHost& host, protocol::MidiCancelRequest /*request*/) {
  co_return json::object{{"cancelled", host.midi.cancel()}};
}

Reply answer_midi_learn(CommandHost& host, protocol::MidiLearnRequest request, Subscriber& client) {
  const MidiMapped mapped = co_await host.midi.learn(std::move(request), client);
  co_return mapped_reply(mapped);
}

Reply answer_midi_list(CommandHost& host, protocol::MidiListRequest /*request*/) {
  json::object reply = midi_summary(host.midi);
  for (const auto& [key, value] : to_json(host.midi.midi_map())) reply[key] = value;
  reply["learning"] = host.midi.is_learning();
  reply["malformed"] = host.midi.malformed();
  co_return reply;
}

Reply answer_midi_map(CommandHost& host, protocol::MidiMapRequest request, Subscriber& client) {
  co_return mapped_reply(host.midi.map(std::move(request), client.id()));
}

Reply answer_midi_set(CommandHost& host, protocol::MidiSetRequest request, Subscriber& client) {
  host.midi.set(request, client.id());
  const MidiMap& map = host.midi.midi_map();
  co_return json::object{{"channel", or_null(map.channel)},
                         {"programs", map.programs},
                         {"bank", protocol::midi_bank_name(map.bank)},
                         {"rev", host.player.state().rev()}};
}

Reply answer_midi_unmap(CommandHost& host, protocol::MidiUnmapRequest request, Subscriber& client) {
  const std::size_t removed = host.midi.unmap(request, client.id());
  co_return json::object{{"removed", removed}, {"rev", host.player.state().rev()}};
}

constexpr Handler kMidiHandlers[] = {
    handler<answer_midi_cancel>("midi.cancel"), handler<answer_midi_learn>("midi.learn"),
    handler<answer_midi_list>("midi.list"),     handler<answer_midi_map>("midi.map"),
    handler<answer_midi_set>("midi.set"),       handler<answer_midi_unmap>("midi.unmap"),
};

}  // namespace

std::span<const Handler> midi_handlers() {
  return kMidiHandlers;
}

}  // namespace namrack::player
