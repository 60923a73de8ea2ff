#include "player/commands/replies.h"

#include <boost/json.hpp>

#include "engine/format/model_json.h"
#include "engine/measure/level_warnings.h"
#include "player/library/entry_levels.h"
#include "player/or_null.h"
#include "protocol/parameter_json.h"

namespace namrack::player {
namespace json = boost::json;
namespace {

json::value load_confidence(const BankEntry& entry) {
  if (!entry.predicted_load) return nullptr;
  return entry.is_load_certain ? "high" : "low";
}

}  // namespace

json::object describe_model(const Player& player, const std::string& name, const BankEntry& entry) {
  const engine::ModelInfo& info = entry.model->info();
  return {{"name", name},
          {"path", entry.path},
          {"kind", engine::model_kind(info)},
          {"architecture", info.architecture},
          {"sample_rate", engine::sample_rate_json(info)},
          {"receptive_field", info.receptive_field},
          {"weights", info.weights},
          {"loudness", engine::loudness_json(info)},
          {"measured_loudness", or_null(entry.measured_loudness_db)},
          {"match_source", engine::match_source_name(match_source(entry, player.state().settings()))},
          {"bytes", entry.bytes()},
          {"load_ms", entry.load_ms},
          {"predicted_load", or_null(entry.predicted_load)},
          {"load_spread", entry.predicted_load ? json::value(entry.load_spread) : json::value(nullptr)},
          {"load_confidence", load_confidence(entry)},
          {"quality", entry.quality},
          {"warnings", engine::warnings_json(info, level_warnings(entry, player.state().settings()))}};
}

json::object sound_reply(const SoundResult& result) {
  json::object reply;
  reply["swap"] = result.swap ? json::value(swap_report(*result.swap)) : json::value(nullptr);
  reply["bypass"] = result.bypass;
  reply["params"] = protocol::values_json(kSettings, result.settings);
  add_outcome(reply, result);
  return reply;
}

json::object scene_position(const Player& player) {
  const Scene* const next = player.show().next(1);
  return {{"current", or_null(player.show().book().current())},
          {"next", next != nullptr ? json::value(next->name) : json::value(nullptr)},
          {"setlist", or_null(player.show().book().setlist())},
          {"edited", player.show().is_edited()},
          {"place", or_null(player.show().book().place())}};
}

json::object midi_summary(const MidiControl& midi) {
  return {{"mappings", midi.midi_map().mappings.size()},
          {"messages", midi.messages()},
          {"dropped", midi.dropped()},
          {"connected", midi.is_connected()}};
}

}  // namespace namrack::player
