#include "daemon/handlers.h"

#include <spdlog/spdlog.h>

#include <boost/json.hpp>
#include <utility>
#include <variant>

#include "daemon/or_null.h"
#include "engine/model/model_json.h"
#include "protocol/command_table.h"

namespace namrack::daemon {
namespace json = boost::json;
using boost::asio::awaitable;
namespace {

json::array names(std::span<const std::string_view> list) {
  json::array array;
  for (const std::string_view name : list) array.emplace_back(name);
  return array;
}

// What `load` and `list` both say about a model.
json::object describe(const std::string& name, const BankEntry& entry) {
  const engine::ModelInfo& info = entry.model->info();
  return {{"name", name},
          {"path", entry.path},
          {"architecture", info.architecture},
          {"sample_rate", engine::sample_rate_json(info)},
          {"receptive_field", info.receptive_field},
          {"weights", info.weights},
          {"loudness", engine::loudness_json(info)},
          {"bytes", entry.bytes()},
          {"load_ms", entry.load_ms},
          {"predicted_load", entry.predicted_load},
          {"quality", entry.quality}};
}

}  // namespace

awaitable<json::object> Handlers::handle(protocol::Request request, Subscriber& client) {
  auto reply = std::visit([&](auto& typed) { return answer(std::move(typed), client); }, request);
  co_return co_await std::move(reply);
}

awaitable<json::object> Handlers::answer(protocol::BypassRequest request, Subscriber& client) {
  const BypassResult result = co_await player_.bypass(request, client.id());
  co_return json::object{{"bypass", result.bypass},
                         {"frame", or_null(result.frame)},
                         {"applied", result.applied()},
                         {"rev", result.rev}};
}

awaitable<json::object> Handlers::answer(protocol::GetRequest request, Subscriber& /*client*/) {
  json::object params = protocol::settings_to_json(player_.settings());
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
    return engine::describe_model(engine::Model::load(paths.resolve(path))->info());
  };
  co_return co_await readers_.run(job);
}

awaitable<json::object> Handlers::answer(protocol::ListRequest /*request*/, Subscriber& /*client*/) {
  json::array models;
  for (const auto& [name, entry] : player_.bank().entries()) {
    json::object model = describe(name, entry);
    model["current"] = player_.current() == name;
    models.push_back(std::move(model));
  }
  co_return json::object{{"models", std::move(models)}};
}

awaitable<json::object> Handlers::answer(protocol::LoadRequest request, Subscriber& client) {
  const std::string name = request.name;
  const LoadResult result = co_await player_.load(std::move(request), client.id());
  co_return load_reply(name, result);
}

awaitable<json::object> Handlers::answer(protocol::PingRequest /*request*/, Subscriber& /*client*/) {
  co_return json::object{};
}

awaitable<json::object> Handlers::answer(protocol::QualityRequest request, Subscriber& client) {
  const std::string name = request.name;
  const LoadResult result = co_await player_.set_quality(std::move(request), client.id());
  co_return load_reply(name, result);
}

awaitable<json::object> Handlers::answer(protocol::SetRequest request, Subscriber& client) {
  player_.set(request, client.id());
  co_return json::object{{"params", protocol::settings_to_json(player_.settings())}, {"rev", player_.rev()}};
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

awaitable<json::object> Handlers::answer(protocol::UnloadRequest request, Subscriber& client) {
  player_.unload(request, client.id());
  co_return json::object{{"rev", player_.rev()}};
}

awaitable<json::object> Handlers::answer(protocol::UnsubscribeRequest request, Subscriber& client) {
  client.unsubscribe(request.topics);
  co_return json::object{};
}

json::object Handlers::load_reply(const std::string& name, const LoadResult& loaded) const {
  // Another client may have unloaded it already, while its crossfade ran.
  const BankEntry* entry = player_.bank().find(name);
  if (entry == nullptr)
    throw protocol::ProtocolError(protocol::ErrorCode::superseded, "it was unloaded meanwhile");
  json::object result = describe(name, *entry);
  result["swap"] = loaded.swap ? json::value(swap_report(*loaded.swap)) : json::value(nullptr);
  result["over_budget"] = player_.is_over_budget(*entry);
  result["rev"] = loaded.rev;
  return result;
}

}  // namespace namrack::daemon
