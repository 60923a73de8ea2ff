// The part of the player that does several things, or none of them.

#include <algorithm>
#include <utility>
#include <variant>

#include "player/error_map.h"
#include "player/player.h"

namespace namrack::player {
using protocol::ErrorCode;
using protocol::ProtocolError;
namespace {

// Two in a row are none.
std::optional<protocol::Switch> combine(std::optional<protocol::Switch> first, protocol::Switch then) {
  using protocol::Switch;
  if (then != Switch::toggle || !first) return then;
  if (*first == Switch::toggle) return std::nullopt;
  return *first == Switch::on ? Switch::off : Switch::on;
}

}  // namespace

// What is never committed is destroyed on the builder.
std::shared_ptr<Player::Group> Player::make_group() {
  const auto release = [this](Group* group) {
    for (auto& [name, load] : group->loads) discard(std::move(load.entry));
    for (const std::string& name : group->held) held_names_.erase(held_names_.find(name));
    bank_.names_free().ring();
    delete group;
  };
  return {new Group, release};
}

void Player::hold(const std::string& name, Group& group) {
  held_names_.insert(name);
  group.held.push_back(name);
}

void Player::require_not_held(const std::string& name, const Group* own) const {
  const bool is_own = own != nullptr && std::ranges::find(own->held, name) != own->held.end();
  if (held_names_.contains(name) && !is_own)
    throw ProtocolError(ErrorCode::busy, "model \"" + name + "\" is about to be replaced or unloaded",
                        {{"name", name}});
}

boost::asio::awaitable<TxResult> Player::tx(protocol::TxRequest request, Origin origin) {
  require_rev(request.if_rev);
  const std::shared_ptr<Group> group = make_group();
  SoundChange change{.what = "tx", .when = request.when, .if_rev = request.if_rev, .order = ++last_change_};
  const double fade_ms = request.fade_ms.value_or(settings_[Setting::fade_ms]);
  for (std::size_t i = 0; i < request.operations.size(); ++i) {
    try {
      co_await stage(std::move(request.operations[i]), group, change, fade_ms);
    } catch (...) {
      throw protocol::tx_error(i, to_protocol_error(std::current_exception()));
    }
  }
  if (!change.swap && current_ && group->loads.contains(*current_))
    change.swap = SoundChange::Swap{current_, fade_ms};
  require_rev(request.if_rev);
  TxResult result;
  for (const auto& [name, load] : group->loads) result.loaded.push_back(name);
  const bool audible = change.swap || change.bypass || !change.settings.is_empty();
  if (audible) {
    result.sound = co_await change_sound(std::move(change), group, origin);
  } else {
    commit(*group, origin);
    result.sound = {.bypass = bypassed_, .settings = settings_, .frame = current_frame(), .rev = rev_};
  }
  co_return result;
}

boost::asio::awaitable<void> Player::stage(protocol::TxOperation operation, std::shared_ptr<Group> group,
                                           SoundChange& change, double fade_ms) {
  if (auto* const load = std::get_if<protocol::LoadRequest>(&operation)) {
    co_await stage_load(std::move(*load), group);
  } else if (const auto* const unload = std::get_if<protocol::UnloadRequest>(&operation)) {
    stage_unload(unload->name, *group, change);
  } else if (const auto* const swap = std::get_if<protocol::SwapRequest>(&operation)) {
    if (swap->name) {
      require_entry(*swap->name, group.get());
      require_not_held(*swap->name, group.get());
    }
    change.swap = SoundChange::Swap{swap->name, swap->fade_ms.value_or(fade_ms)};
  } else if (const auto* const bypass = std::get_if<protocol::BypassRequest>(&operation)) {
    change.bypass = combine(change.bypass, bypass->to);
  } else if (const auto* const set = std::get_if<protocol::SetRequest>(&operation)) {
    change.settings.merge(set->changes);
  }
}

boost::asio::awaitable<void> Player::stage_load(protocol::LoadRequest request, std::shared_ptr<Group> group,
                                                Measuring measuring) {
  const std::string name = request.name;
  const bool exists = find_entry(name, group.get()) != nullptr;
  if (exists && !request.replace) {
    if (!group->loads.contains(name) && co_await is_loaded_from(name, request.path, request.quality))
      co_return;
    throw already_loaded(name);
  }
  if (group->loads.contains(name))
    throw ProtocolError(ErrorCode::busy, "model \"" + name + "\" is loaded twice", {{"name", name}});
  if (!exists && !bank_.has_room()) throw bank_is_full();
  require_not_held(name, group.get());
  Group::Load load{
      .request = request, .entry = {}, .reservation = std::make_unique<Reservation>(bank_, name)};
  load.entry = co_await prepare_within_budget(request.path, request.quality, request.if_over, measuring);
  try {
    require_memory(name, load.entry, group.get());
    if (open_changes_.swaps_now_to(name))
      throw ProtocolError(ErrorCode::busy, "a swap to \"" + name + "\" is waiting", {{"name", name}});
  } catch (...) {
    discard(std::move(load.entry));
    throw;
  }
  hold(name, *group);
  group->unloads.erase(name);
  group->loads.emplace(name, std::move(load));
}

void Player::stage_unload(const std::string& name, Group& group, const SoundChange& change) {
  require_entry(name, &group);
  if (group.loads.contains(name))
    throw ProtocolError(ErrorCode::busy, "model \"" + name + "\" is loaded by the same group",
                        {{"name", name}});
  const std::optional<std::string>& playing = change.swap ? change.swap->name : current_;
  require_unloadable(name, playing);
  hold(name, group);
  group.unloads.insert(name);
}

void Player::commit(Group& group, Origin origin) {
  for (auto& [name, load] : group.loads) put_into_bank(load.request, std::move(load.entry), origin);
  for (const std::string& name : group.unloads) take_from_bank(name, origin);
  if (!group.loads.empty()) measure_later();
  group.loads.clear();
  group.unloads.clear();
}

}  // namespace namrack::player
