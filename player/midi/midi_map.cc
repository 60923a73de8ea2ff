#include "player/midi/midi_map.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "player/or_null.h"
#include "protocol/request.h"

namespace namrack::player {
namespace json = boost::json;

std::size_t MidiMap::count(const MidiSource& source) const {
  return static_cast<std::size_t>(std::ranges::count(mappings, source, &MidiMapping::source));
}

// Two sources that mean the same message and are equally particular are equal.
std::vector<const MidiMapping*> MidiMap::answering(const MidiMessage& message) const {
  std::vector<const MidiMapping*> best;
  for (const MidiMapping& mapping : mappings) {
    if (!mapping.source.means(message)) continue;
    const int more = best.empty() ? 0 : mapping.source.particularity() - best.front()->source.particularity();
    if (more > 0) best.clear();
    if (more >= 0) best.push_back(&mapping);
  }
  return best;
}

const MidiMapping* MidiMap::find(std::uint32_t id) const {
  const auto found = std::ranges::find(mappings, id, &MidiMapping::id);
  return found != mappings.end() ? &*found : nullptr;
}

std::uint32_t MidiMap::new_id(std::uint32_t last) const {
  const auto is_taken = [this](std::uint32_t id) {
    return id == 0 || std::ranges::any_of(mappings, [id](const MidiMapping& mapping) {
             return mapping.id % kMaxMappings == id % kMaxMappings && mapping.id != 0;
           });
  };
  do ++last;
  while (is_taken(last));
  return last;
}

bool MidiMap::selects_bank(std::uint8_t of_channel, std::uint8_t controller) const {
  using enum protocol::MidiBank;
  const bool chosen = bank == both || bank == (controller == kBankCoarse ? msb : lsb);
  return chosen && std::ranges::none_of(mappings, [&](const MidiMapping& mapping) {
           return mapping.source.means({.channel = of_channel, .number = controller});
         });
}

json::object to_json(const MidiMap& map) {
  json::array mappings;
  for (const MidiMapping& mapping : map.mappings)
    mappings.push_back(protocol::midi_mapping_to_json(mapping.source, mapping.action));
  return {{"channel", or_null(map.channel)},
          {"programs", map.programs},
          {"bank", protocol::midi_bank_name(map.bank)},
          {"mappings", std::move(mappings)}};
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
  if (const json::value* const bank = document.if_contains("bank"))  // older files have none
    attempt([&] {
      const auto set =
          std::get<protocol::MidiSetRequest>(protocol::make_request("midi.set", {{"bank", *bank}}));
      map.bank = set.bank.value();
    });
  const json::value* const mappings = document.if_contains("mappings");
  if (mappings == nullptr || !mappings->is_array()) return map;
  for (const json::value& entry : mappings->get_array()) {
    attempt([&] {
      auto request =
          std::get<protocol::MidiMapRequest>(protocol::make_request("midi.map", entry.as_object()));
      MidiMapping mapping{request.source, std::move(request.action)};
      const bool has_room = map.mappings.size() < MidiMap::kMaxMappings &&
                            map.count(mapping.source) < MidiMap::kMaxOfOneMessage;
      if (!has_room || std::ranges::find(map.mappings, mapping) != map.mappings.end()) return;
      mapping.id = map.new_id(map.mappings.empty() ? 0 : map.mappings.back().id);
      map.mappings.push_back(std::move(mapping));
    });
  }
  return map;
}

}  // namespace namrack::player
