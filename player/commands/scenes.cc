#include <boost/json.hpp>
#include <utility>

#include "player/commands/handlers.h"
#include "player/commands/replies.h"
#include "player/or_null.h"

namespace namrack::player {
namespace json = boost::json;
namespace {

json::object scene_reply(const SceneResult& result) {
  json::object reply = sound_reply(result.sound);
  reply["scene"] = result.scene;
  reply["skipped"] = json::value_from(result.skipped);
  reply["next"] = or_null(result.next);
  return reply;
}

json::object describe_scene(const Player& player, const Scene& scene) {
  json::object object = to_json(scene);
  object["current"] = player.show().book().current() == scene.name;
  object["warm"] = player.library().is_ready(scene.model);
  return object;
}

Reply answer_scene_delete(CommandHost& host, protocol::SceneDeleteRequest request, Subscriber& client) {
  host.player.show().remove(request, client.id());
  co_return json::object{{"rev", host.player.state().rev()}};
}

Reply answer_scene_list(CommandHost& host, protocol::SceneListRequest /*request*/) {
  const SceneBook& book = host.player.show().book();
  json::array scenes;
  for (const Scene& scene : book.scenes()) scenes.push_back(describe_scene(host.player, scene));
  json::object reply = scene_position(host.player);
  reply["scenes"] = std::move(scenes);
  co_return reply;
}

Reply answer_scene_recall(CommandHost& host, protocol::SceneRecallRequest request, Subscriber& client) {
  const SceneResult result = co_await host.player.show().recall(std::move(request), client.id());
  co_return scene_reply(result);
}

Reply answer_scene_rename(CommandHost& host, protocol::SceneRenameRequest request, Subscriber& client) {
  host.player.show().rename(request, client.id());
  host.midi.rename_scene(request.name, request.to);
  co_return json::object{{"rev", host.player.state().rev()}};
}

Reply answer_scene_save(CommandHost& host, protocol::SceneSaveRequest request, Subscriber& client) {
  const bool replaced = host.player.show().save(request, client.id());
  co_return json::object{
      {"scene", describe_scene(host.player, host.player.show().book().require(request.name))},
      {"replaced", replaced},
      {"rev", host.player.state().rev()}};
}

Reply answer_scene_step(CommandHost& host, protocol::SceneStepRequest request, Subscriber& client) {
  const SceneResult result = co_await host.player.show().step(request, client.id());
  co_return scene_reply(result);
}

Reply answer_setlist_delete(CommandHost& host, protocol::SetlistDeleteRequest request, Subscriber& client) {
  host.player.show().remove_setlist(request, client.id());
  co_return json::object{{"rev", host.player.state().rev()}};
}

Reply answer_setlist_list(CommandHost& host, protocol::SetlistListRequest /*request*/) {
  json::array setlists;
  for (const auto& [name, scenes] : host.player.show().book().setlists())
    setlists.push_back({{"name", name}, {"scenes", json::value_from(scenes)}});
  co_return json::object{{"setlists", std::move(setlists)},
                         {"current", or_null(host.player.show().book().setlist())}};
}

Reply answer_setlist_save(CommandHost& host, protocol::SetlistSaveRequest request, Subscriber& client) {
  host.player.show().save_setlist(std::move(request), client.id());
  co_return json::object{{"rev", host.player.state().rev()}};
}

Reply answer_setlist_use(CommandHost& host, protocol::SetlistUseRequest request, Subscriber& client) {
  host.player.show().use_setlist(request, client.id());
  co_return json::object{{"rev", host.player.state().rev()}};
}

constexpr Handler kScenesHandlers[] = {
    handler<answer_scene_delete>("scene.delete"),     handler<answer_scene_list>("scene.list"),
    handler<answer_scene_recall>("scene.recall"),     handler<answer_scene_rename>("scene.rename"),
    handler<answer_scene_save>("scene.save"),         handler<answer_scene_step>("scene.next"),
    handler<answer_setlist_delete>("setlist.delete"), handler<answer_setlist_list>("setlist.list"),
    handler<answer_setlist_save>("setlist.save"),     handler<answer_setlist_use>("setlist.use"),
};

}  // namespace

std::span<const Handler> scene_handlers() {
  return kScenesHandlers;
}

}  // namespace namrack::player
