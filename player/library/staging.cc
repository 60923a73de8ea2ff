#include "player/library/staging.h"

#include <utility>

namespace namrack::player {
using protocol::ErrorCode;
using protocol::ProtocolError;
namespace {

void stage(Library& library, Group& group, Group::Load load) {
  const std::string name = load.request.name;
  library.bank().hold(name);
  group.held.push_back(name);
  group.unloads.erase(name);
  group.loads.emplace(name, std::move(load));
}

}  // namespace

std::shared_ptr<Group> make_group(Library& library) {
  const auto release = [&library](Group* group) {
    for (auto& [name, load] : group->loads) library.workshop().discard(std::move(load.entry));
    for (const std::string& name : group->held) library.bank().let_go(name);
    delete group;
  };
  return {new Group, release};
}

boost::asio::awaitable<void> stage_load(Library& library, std::shared_ptr<Group> group,
                                        protocol::LoadRequest request, Measuring measuring) {
  std::optional<Group::Load> load = co_await library.prepare(std::move(request), measuring, group);
  if (load) stage(library, *group, std::move(*load));
}

// A scene's model has been played before: too dear for this CPU or not, it was wanted.
boost::asio::awaitable<void> stage_scene(Library& library, std::shared_ptr<Group> group, ModelFile file) {
  protocol::LoadRequest request{.name = file.name,
                                .path = file.path,
                                .quality = file.quality,
                                .replace = true,
                                .if_over = protocol::IfOver::force};
  WarmModel& warm = library.warm();
  const double rate = library.workshop().conditions().sample_rate;
  if (library.is_wanted_now(file.name) || !warm.is(file) || warm.entry()->spare->host_rate() != rate) {
    co_await stage_load(library, std::move(group), std::move(request), Measuring::loudness);
    co_return;
  }
  library.require_room(file.name, nullptr, group.get());
  Group::Load load{.request = request,
                   .entry = {},
                   .reservation = std::make_unique<Reservation>(library.bank(), file.name)};
  load.entry = warm.take();
  try {
    library.require_room(file.name, &load.entry, group.get());
  } catch (...) {
    library.workshop().discard(std::move(load.entry));
    throw;
  }
  stage(library, *group, std::move(load));
}

void stage_unload(Library& library, Group& group, const std::string& name,
                  const std::optional<std::string>& playing) {
  library.require(name, &group);
  if (group.loads.contains(name))
    throw ProtocolError(ErrorCode::busy, "model \"" + name + "\" is loaded by the same group",
                        {{"name", name}});
  library.require_unloadable(name, playing);
  library.bank().hold(name);
  group.held.push_back(name);
  group.unloads.insert(name);
}

void commit(Library& library, Group& group, Origin origin) {
  const bool loads = !group.loads.empty();
  for (auto& [name, load] : group.loads) library.put(load.request, std::move(load.entry), origin);
  for (const std::string& name : group.unloads) library.take(name, origin);
  if (loads) library.measurer().measure_later();
  group.loads.clear();
  group.unloads.clear();
}

}  // namespace namrack::player
