#include "player/midi_map.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "player/or_null.h"
#include "protocol/request.h"

namespace namrack::player {
namespace json = boost::json;
using protocol::MidiSource;
namespace {

bool answers(const MidiSource& source, const MidiMessage& message) {
  return source.kind == message.kind && source.number == message.number &&
         source.channel.value_or(message.channel) == message.channel &&
         source.bank.value_or(message.bank) == message.bank;
}

// A bank says more than a channel.
int particularity(const MidiSource& source) {
  return (source.bank ? 2 : 0) + (source.channel ? 1 : 0);
}

}  // namespace

const MidiMapping* MidiMap::find(const MidiSource& source) const {
  const auto found = std::ranges::find(mappings, source, &MidiMapping::source);
  return found != mappings.end() ? &*found : nullptr;
}

const MidiMapping* MidiMap::answering(const MidiMessage& message) const {
  const MidiMapping* best = nullptr;
  for (const MidiMapping& mapping : mappings) {
    if (!answers(mapping.source, message)) continue;
    if (best == nullptr || particularity(mapping.source) > particularity(best->source)) best = &mapping;
  }
  return best;
}

json::object to_json(const MidiMap& map) {
  json::array mappings;
  for (const MidiMapping& mapping : map.mappings)
    mappings.push_back(protocol::midi_mapping_to_json(mapping.source, mapping.action));
  return {{"channel", or_null(map.channel)}, {"programs", map.programs}, {"mappings", std::move(mappings)}};
}

// A saved map is read by who reads requests, so that nothing comes in by this way that could not by the
// other.
MidiMap midi_map_from_json(const json::object& document, const std::function<void(const char*)>& problem) {
  MidiMap map;
  const auto attempt = [&problem](const auto& read) {
    try {
      read();
    } catch (const std::exception& error) {
      problem(error.what());
    }
  };
  attempt([&] {
    const json::object params{{"channel", document.at("channel")}, {"programs", document.at("programs")}};
    const auto set = std::get<protocol::MidiSetRequest>(protocol::make_request("midi.set", params));
    map.channel = set.channel.value();
    map.programs = set.programs.value();
  });
  const json::value* const mappings = document.if_contains("mappings");
  if (mappings == nullptr || !mappings->is_array()) return map;
  for (const json::value& entry : mappings->get_array()) {
    attempt([&] {
      auto request =
          std::get<protocol::MidiMapRequest>(protocol::make_request("midi.map", entry.as_object()));
      if (map.mappings.size() < MidiMap::kMaxMappings && map.find(request.source) == nullptr)
        map.mappings.push_back({request.source, std::move(request.action)});
    });
  }
  return map;
}

}  // namespace namrack::player
