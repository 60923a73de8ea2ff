#include "player/handlers.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <set>
#include <utility>
#include <variant>

#include "engine/format/model_json.h"
#include "engine/measure/inspection.h"
#include "player/model_search.h"
#include "player/or_null.h"
#include "protocol/command_table.h"
#include "protocol/parameter_json.h"

namespace namrack::player {
namespace json = boost::json;
using boost::asio::awaitable;
namespace {

json::array names(std::span<const std::string_view> list) {
  json::array array;
  for (const std::string_view name : list) array.emplace_back(name);
  return array;
}

json::value load_confidence(const BankEntry& entry) {
  if (!entry.predicted_load) return nullptr;
  return entry.is_load_certain ? "high" : "low";
}

// What `load` and `list` both say about a model.
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
          {"match_source", engine::match_source_name(player.match_source(entry))},
          {"bytes", entry.bytes()},
          {"load_ms", entry.load_ms},
          {"predicted_load", or_null(entry.predicted_load)},
          {"load_spread", entry.predicted_load ? json::value(entry.load_spread) : json::value(nullptr)},
          {"load_confidence", load_confidence(entry)},
          {"quality", entry.quality},
          {"warnings", engine::warnings_json(info, player.level_warnings(entry))}};
}

json::object sound_reply(const SoundResult& result) {
  json::object reply;
  reply["swap"] = result.swap ? json::value(swap_report(*result.swap)) : json::value(nullptr);
  reply["bypass"] = result.bypass;
  reply["params"] = protocol::values_json(kSettings, result.settings);
  add_outcome(reply, result);
  return reply;
}

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

json::object scene_reply(const SceneResult& result) {
  json::object reply = sound_reply(result.sound);
  reply["scene"] = result.scene;
  reply["skipped"] = json::value_from(result.skipped);
  reply["next"] = or_null(result.next);
  return reply;
}

// What changes more than the sound is answered when it is on disk; see kSaved of the table of commands.
template <typename Request>
constexpr bool kChangesStructure = false;
template <>
constexpr bool kChangesStructure<protocol::LoadRequest> = true;
template <>
constexpr bool kChangesStructure<protocol::UnloadRequest> = true;
template <>
constexpr bool kChangesStructure<protocol::QualityRequest> = true;
template <>
constexpr bool kChangesStructure<protocol::SceneSaveRequest> = true;
template <>
constexpr bool kChangesStructure<protocol::SceneDeleteRequest> = true;
template <>
constexpr bool kChangesStructure<protocol::SceneRenameRequest> = true;
template <>
constexpr bool kChangesStructure<protocol::SetlistSaveRequest> = true;
template <>
constexpr bool kChangesStructure<protocol::SetlistDeleteRequest> = true;
template <>
constexpr bool kChangesStructure<protocol::SetlistUseRequest> = true;
template <>
constexpr bool kChangesStructure<protocol::MidiMapRequest> = true;
template <>
constexpr bool kChangesStructure<protocol::MidiUnmapRequest> = true;
template <>
constexpr bool kChangesStructure<protocol::MidiSetRequest> = true;
template <>
constexpr bool kChangesStructure<protocol::MidiLearnRequest> = true;

template <typename Request>
bool changes_structure(const Request& /*request*/) {
  return kChangesStructure<Request>;
}
// Of a group those that load or unload.
bool changes_structure(const protocol::TxRequest& request) {
  return std::ranges::any_of(request.operations, [](const protocol::TxOperation& operation) {
    return std::visit([](const auto& typed) { return changes_structure(typed); }, operation);
  });
}

}  // namespace

json::object scene_position(const Player& player) {
  const Scene* const next = player.next_scene(1);
  return {{"current", or_null(player.scenes().current())},
          {"next", next != nullptr ? json::value(next->name) : json::value(nullptr)},
          {"setlist", or_null(player.scenes().setlist())},
          {"edited", player.is_scene_edited()},
          {"place", or_null(player.scenes().place())}};
}

json::object midi_summary(const MidiControl& midi) {
  return {{"mappings", midi.midi_map().mappings.size()},
          {"messages", midi.messages()},
          {"dropped", midi.dropped()},
          {"connected", midi.is_connected()}};
}

awaitable<json::object> Handlers::handle(protocol::Request request, Subscriber& client) {
  const bool is_structural = std::visit([](const auto& typed) { return changes_structure(typed); }, request);
  auto answered = std::visit([&](auto& typed) { return answer(std::move(typed), client); }, request);
  json::object reply = co_await std::move(answered);
  if (!is_structural) co_return reply;
  std::optional<bool> saved;  // GCC 12 would evaluate both sides of a ?: with co_await
  if (save_) saved = co_await save_();
  reply["saved"] = or_null(saved);
  co_return reply;
}

awaitable<json::object> Handlers::answer(protocol::BypassRequest request, Subscriber& client) {
  const SoundResult result = co_await player_.bypass(request, client.id());
  json::object reply{{"bypass", result.bypass}};
  add_outcome(reply, result);
  co_return reply;
}

awaitable<json::object> Handlers::answer(protocol::CancelRequest request, Subscriber& /*client*/) {
  const std::vector<std::uint64_t> cancelled = co_await player_.cancel(request);
  co_return json::object{{"cancelled", json::value_from(cancelled)}};
}

awaitable<json::object> Handlers::answer(protocol::GetRequest request, Subscriber& /*client*/) {
  json::object params = protocol::values_json(kSettings, player_.settings());
  if (request.key) params = json::object{{*request.key, params.at(*request.key)}};
  co_return json::object{{"params", std::move(params)}};
}

awaitable<json::object> Handlers::answer(protocol::HelloRequest request, Subscriber& client) {
  if (request.client) spdlog::debug("client {} is {}", client.id(), *request.client);
  co_return json::object{{"name", "namrackd"},
                         {"version", NAMRACK_VERSION},
                         {"protocol", protocol::kProtocolVersion},
                         {"methods", names(protocol::command_names())},
                         {"topics", names(protocol::kTopicNames)},
                         {"connection", client.id()}};
}

awaitable<json::object> Handlers::answer(protocol::InspectRequest request, Subscriber& /*client*/) {
  const auto job = [&paths = player_.paths(), path = request.path] {
    const auto model = engine::Model::load(paths.resolve(path));
    return engine::describe_model(model->info(), engine::inspect_levels(*model));
  };
  co_return co_await readers_.run(job);
}

awaitable<json::object> Handlers::answer(protocol::ListRequest /*request*/, Subscriber& /*client*/) {
  json::array models;
  for (const auto& [name, entry] : player_.bank().entries()) {
    json::object model = describe_model(player_, name, entry);
    model["current"] = player_.current() == name;
    model["state"] = "ready";
    model["problem"] = nullptr;
    models.push_back(std::move(model));
  }
  for (const auto& [name, model] : player_.missing()) models.push_back(describe(model));
  co_return json::object{{"models", std::move(models)}};
}

awaitable<json::object> Handlers::answer(protocol::LoadRequest request, Subscriber& client) {
  const std::string name = request.name;
  const LoadResult result = co_await player_.load(std::move(request), client.id());
  co_return load_reply(name, result);
}

awaitable<json::object> Handlers::answer(protocol::MidiCancelRequest /*request*/, Subscriber& /*client*/) {
  co_return json::object{{"cancelled", midi_.cancel()}};
}

awaitable<json::object> Handlers::answer(protocol::MidiLearnRequest request, Subscriber& client) {
  const MidiMapped mapped = co_await midi_.learn(std::move(request), client);
  co_return mapped_reply(mapped);
}

awaitable<json::object> Handlers::answer(protocol::MidiListRequest /*request*/, Subscriber& /*client*/) {
  json::object reply = midi_summary(midi_);
  for (const auto& [key, value] : to_json(midi_.midi_map())) reply[key] = value;
  reply["learning"] = midi_.is_learning();
  reply["malformed"] = midi_.malformed();
  co_return reply;
}

awaitable<json::object> Handlers::answer(protocol::MidiMapRequest request, Subscriber& client) {
  co_return mapped_reply(midi_.map(std::move(request), client.id()));
}

awaitable<json::object> Handlers::answer(protocol::MidiSetRequest request, Subscriber& client) {
  midi_.set(request, client.id());
  const MidiMap& map = midi_.midi_map();
  co_return json::object{{"channel", or_null(map.channel)},
                         {"programs", map.programs},
                         {"bank", protocol::midi_bank_name(map.bank)},
                         {"rev", player_.rev()}};
}

awaitable<json::object> Handlers::answer(protocol::MidiUnmapRequest request, Subscriber& client) {
  const std::size_t removed = midi_.unmap(request, client.id());
  co_return json::object{{"removed", removed}, {"rev", player_.rev()}};
}

awaitable<json::object> Handlers::answer(protocol::ModelsRequest request, Subscriber& /*client*/) {
  struct Found {
    std::vector<std::filesystem::path> folders;
    ModelListing listing;
  };
  const auto job = [&paths = player_.paths(), request = std::move(request)] {
    Found found{.folders = paths.folders(request.dir), .listing = {}};
    found.listing = find_models(found.folders, request.query, request.limit);
    return found;
  };
  const Found found = co_await readers_.run(job);
  std::set<std::string_view> loaded;
  for (const auto& [name, entry] : player_.bank().entries()) loaded.insert(entry.path);
  json::array models, folders;
  for (const FoundModel& model : found.listing.models)
    models.push_back({{"name", model.name},
                      {"path", model.path},
                      {"kind", model.kind},
                      {"bytes", model.bytes},
                      {"mtime", model.mtime},
                      {"loaded", loaded.contains(model.path)}});
  for (const auto& folder : found.folders) folders.emplace_back(folder.string());
  co_return json::object{
      {"models", std::move(models)}, {"folders", std::move(folders)}, {"truncated", found.listing.truncated}};
}

awaitable<json::object> Handlers::answer(protocol::PendingRequest /*request*/, Subscriber& /*client*/) {
  json::array changes;
  for (const OpenChange* const change : player_.open_changes().waiting()) {
    changes.push_back(json::object{{"id", change->id()},
                                   {"what", change->what()},
                                   {"frame", or_null(change->frame)},
                                   {"at_bar", or_null(change->when().at_bar)},
                                   {"at_beat", or_null(change->when().at_beat)},
                                   {"origin", change->origin()}});
  }
  co_return json::object{{"changes", std::move(changes)}, {"limit", OpenChanges::kMaxWaiting}};
}

awaitable<json::object> Handlers::answer(protocol::PingRequest /*request*/, Subscriber& /*client*/) {
  co_return json::object{};
}

awaitable<json::object> Handlers::answer(protocol::QualityRequest request, Subscriber& client) {
  const std::string name = request.name;
  const LoadResult result = co_await player_.set_quality(std::move(request), client.id());
  co_return load_reply(name, result);
}

awaitable<json::object> Handlers::answer(protocol::SceneDeleteRequest request, Subscriber& client) {
  player_.delete_scene(request, client.id());
  co_return json::object{{"rev", player_.rev()}};
}

awaitable<json::object> Handlers::answer(protocol::SceneListRequest /*request*/, Subscriber& /*client*/) {
  const SceneBook& book = player_.scenes();
  json::array scenes;
  for (const Scene& scene : book.scenes()) scenes.push_back(describe(scene));
  json::object reply = scene_position(player_);
  reply["scenes"] = std::move(scenes);
  co_return reply;
}

awaitable<json::object> Handlers::answer(protocol::SceneRecallRequest request, Subscriber& client) {
  const SceneResult result = co_await player_.recall(std::move(request), client.id());
  co_return scene_reply(result);
}

awaitable<json::object> Handlers::answer(protocol::SceneRenameRequest request, Subscriber& client) {
  player_.rename_scene(request, client.id());
  midi_.rename_scene(request.name, request.to);
  co_return json::object{{"rev", player_.rev()}};
}

awaitable<json::object> Handlers::answer(protocol::SceneSaveRequest request, Subscriber& client) {
  const bool replaced = player_.save_scene(request, client.id());
  co_return json::object{{"scene", describe(player_.scenes().require(request.name))},
                         {"replaced", replaced},
                         {"rev", player_.rev()}};
}

awaitable<json::object> Handlers::answer(protocol::SceneStepRequest request, Subscriber& client) {
  const SceneResult result = co_await player_.step_scene(request, client.id());
  co_return scene_reply(result);
}

awaitable<json::object> Handlers::answer(protocol::SetRequest request, Subscriber& client) {
  const SoundResult result = co_await player_.set(request, client.id());
  json::object reply{{"params", protocol::values_json(kSettings, result.settings)}};
  const std::optional<std::string>& current = player_.current();
  const BankEntry* const entry = current ? player_.bank().find(*current) : nullptr;
  reply["warnings"] =
      entry != nullptr ? json::value_from(player_.level_warnings(*entry)) : json::value(json::array());
  add_outcome(reply, result);
  co_return reply;
}

awaitable<json::object> Handlers::answer(protocol::SetlistDeleteRequest request, Subscriber& client) {
  player_.delete_setlist(request, client.id());
  co_return json::object{{"rev", player_.rev()}};
}

awaitable<json::object> Handlers::answer(protocol::SetlistListRequest /*request*/, Subscriber& /*client*/) {
  json::array setlists;
  for (const auto& [name, scenes] : player_.scenes().setlists())
    setlists.push_back({{"name", name}, {"scenes", json::value_from(scenes)}});
  co_return json::object{{"setlists", std::move(setlists)}, {"current", or_null(player_.scenes().setlist())}};
}

awaitable<json::object> Handlers::answer(protocol::SetlistSaveRequest request, Subscriber& client) {
  player_.save_setlist(std::move(request), client.id());
  co_return json::object{{"rev", player_.rev()}};
}

awaitable<json::object> Handlers::answer(protocol::SetlistUseRequest request, Subscriber& client) {
  player_.use_setlist(request, client.id());
  co_return json::object{{"rev", player_.rev()}};
}

awaitable<json::object> Handlers::answer(protocol::StatusRequest /*request*/, Subscriber& /*client*/) {
  co_return status_();
}

awaitable<json::object> Handlers::answer(protocol::SubscribeRequest request, Subscriber& client) {
  client.subscribe(request.topics, request.rate_hz);
  co_return json::object{{"rev", player_.rev()}, {"state", status_()}};
}

awaitable<json::object> Handlers::answer(protocol::SwapRequest request, Subscriber& client) {
  const SwapResult result = co_await player_.swap(std::move(request), client.id());
  co_return swap_report(result);
}

awaitable<json::object> Handlers::answer(protocol::TxRequest request, Subscriber& client) {
  const TxResult result = co_await player_.tx(std::move(request), client.id());
  json::array loaded;
  for (const std::string& name : result.loaded)
    if (const BankEntry* const entry = player_.bank().find(name))
      loaded.push_back(describe_model(player_, name, *entry));
  json::object reply = sound_reply(result.sound);
  reply["loaded"] = std::move(loaded);
  co_return reply;
}

awaitable<json::object> Handlers::answer(protocol::UnloadRequest request, Subscriber& client) {
  player_.unload(request, client.id());
  co_return json::object{{"rev", player_.rev()}};
}

awaitable<json::object> Handlers::answer(protocol::UnsubscribeRequest request, Subscriber& client) {
  client.unsubscribe(request.topics);
  co_return json::object{};
}

// The fields of a loaded one, as far as they are known.
json::object Handlers::describe(const SavedState::Model& missing) const {
  const FileFault* const fault = player_.fault_of(missing.path);
  const bool is_broken = fault != nullptr && fault->code == protocol::ProblemCode::broken_model;
  return {{"name", missing.name},
          {"path", missing.path},
          {"kind", nullptr},
          {"architecture", nullptr},
          {"sample_rate", nullptr},
          {"receptive_field", nullptr},
          {"weights", nullptr},
          {"loudness", nullptr},
          {"measured_loudness", nullptr},
          {"match_source", engine::match_source_name(engine::MatchSource::none)},
          {"bytes", 0},
          {"load_ms", nullptr},
          {"predicted_load", nullptr},
          {"load_spread", nullptr},
          {"load_confidence", nullptr},
          {"warnings", json::array()},
          {"quality", missing.quality},
          {"current", player_.current() == missing.name},
          {"state", is_broken ? "broken" : "missing"},
          {"problem", fault != nullptr ? json::value(fault->reason) : json::value(nullptr)}};
}

json::object Handlers::describe(const Scene& scene) const {
  json::object object = to_json(scene);
  object["current"] = player_.scenes().current() == scene.name;
  object["warm"] = player_.is_warm(scene);
  return object;
}

json::object Handlers::load_reply(const std::string& name, const LoadResult& loaded) const {
  // Another client may have unloaded it already, while its crossfade ran.
  const BankEntry* entry = player_.bank().find(name);
  if (entry == nullptr)
    throw protocol::ProtocolError(protocol::ErrorCode::superseded, "it was unloaded meanwhile");
  json::object result = describe_model(player_, name, *entry);
  result["swap"] = loaded.swap ? json::value(swap_report(*loaded.swap)) : json::value(nullptr);
  json::array& warnings = result["warnings"].as_array();
  for (const std::string& warning : loaded.warnings) warnings.emplace_back(warning);
  result["over_budget"] = player_.is_over_budget(*entry);
  result["rev"] = loaded.rev;
  return result;
}

}  // namespace namrack::player
