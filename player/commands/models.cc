#include <boost/json.hpp>
#include <filesystem>
#include <set>
#include <utility>

#include "engine/format/model_json.h"
#include "engine/measure/inspection.h"
#include "engine/measure/level_warnings.h"
#include "player/commands/handlers.h"
#include "player/commands/replies.h"
#include "player/library/model_search.h"

namespace namrack::player {
namespace json = boost::json;
namespace {

// The fields of a loaded one, as far as they are known.
json::object describe_missing(const Player& player, const ModelFile& missing) {
  const FileFault* const fault = player.library().missing().fault_of(missing.path);
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
          {"current", player.state().current() == missing.name},
          {"state", is_broken ? "broken" : "missing"},
          {"problem", fault != nullptr ? json::value(fault->reason) : json::value(nullptr)}};
}

json::object load_reply(const Player& player, const std::string& name, const LoadResult& loaded) {
  // Another client may have unloaded it already, while its crossfade ran.
  const BankEntry* entry = player.library().bank().find(name);
  if (entry == nullptr)
    throw protocol::ProtocolError(protocol::ErrorCode::superseded, "it was unloaded meanwhile");
  json::object result = describe_model(player, name, *entry);
  result["swap"] = loaded.swap ? json::value(swap_report(*loaded.swap)) : json::value(nullptr);
  json::array& warnings = result["warnings"].as_array();
  for (const std::string& warning : loaded.warnings) warnings.emplace_back(warning);
  result["over_budget"] = player.library().workshop().is_over_budget(*entry);
  result["rev"] = loaded.rev;
  return result;
}

Reply answer_inspect(CommandHost& host, protocol::InspectRequest request) {
  const auto job = [&paths = host.player.library().workshop().paths(), path = request.path] {
    const auto model = engine::Model::load(paths.resolve(path));
    return engine::describe_model(model->info(), engine::inspect_levels(*model));
  };
  co_return co_await host.readers.run(job);
}

Reply answer_list(CommandHost& host, protocol::ListRequest /*request*/) {
  json::array models;
  for (const auto& [name, entry] : host.player.library().bank().entries()) {
    json::object model = describe_model(host.player, name, entry);
    model["current"] = host.player.state().current() == name;
    model["state"] = "ready";
    model["problem"] = nullptr;
    models.push_back(std::move(model));
  }
  for (const auto& [name, model] : host.player.library().missing().models())
    models.push_back(describe_missing(host.player, model));
  co_return json::object{{"models", std::move(models)}};
}

Reply answer_load(CommandHost& host, protocol::LoadRequest request, Subscriber& client) {
  const std::string name = request.name;
  const LoadResult result = co_await host.player.loading().load(std::move(request), client.id());
  co_return load_reply(host.player, name, result);
}

Reply answer_models(CommandHost& host, protocol::ModelsRequest request) {
  struct Found {
    std::vector<std::filesystem::path> folders;
    ModelListing listing;
  };
  const auto job = [&paths = host.player.library().workshop().paths(), request = std::move(request)] {
    Found found{.folders = paths.folders(request.dir), .listing = {}};
    found.listing = find_models(found.folders, request.query, request.limit);
    return found;
  };
  const Found found = co_await host.readers.run(job);
  std::set<std::string_view> loaded;
  for (const auto& [name, entry] : host.player.library().bank().entries()) loaded.insert(entry.path);
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

Reply answer_quality(CommandHost& host, protocol::QualityRequest request, Subscriber& client) {
  const std::string name = request.name;
  const LoadResult result = co_await host.player.loading().set_quality(std::move(request), client.id());
  co_return load_reply(host.player, name, result);
}

Reply answer_unload(CommandHost& host, protocol::UnloadRequest request, Subscriber& client) {
  host.player.loading().unload(request, client.id());
  co_return json::object{{"rev", host.player.state().rev()}};
}

constexpr Handler kModelsHandlers[] = {
    handler<answer_inspect>("inspect"), handler<answer_list>("list"),       handler<answer_load>("load"),
    handler<answer_models>("models"),   handler<answer_quality>("quality"), handler<answer_unload>("unload"),
};

}  // namespace

std::span<const Handler> model_handlers() {
  return kModelsHandlers;
}

}  // namespace namrack::player
