#include "player/loading.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "engine/audio/paths.h"
#include "player/error_map.h"
#include "player/library/staging.h"

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

boost::asio::awaitable<LoadResult> Loading::load(protocol::LoadRequest request, Origin origin,
                                                 Measuring measuring) {
  return load_with_fade(std::move(request), state_.settings()[Setting::fade_ms], origin, measuring);
}

boost::asio::awaitable<LoadResult> Loading::set_quality(protocol::QualityRequest request, Origin origin) {
  state_.require_rev(request.if_rev);
  BankEntry& entry = library_.require(request.name);
  const engine::ModelInfo& info = entry.model->info();
  if (info.is_same_size(entry.quality, request.quality) && !library_.bank().is_reserved(request.name)) {
    const double quality = info.has_sizes() ? request.quality : 1.0;
    if (std::exchange(entry.quality, quality) != quality) state_.changed();
    LoadResult result{.rev = state_.rev()};
    if (!info.has_sizes()) result.warnings = {"it has one size only: quality has no effect"};
    co_return result;
  }
  protocol::LoadRequest load{.name = request.name,
                             .path = entry.path,
                             .quality = request.quality,
                             .replace = true,
                             .if_rev = request.if_rev};
  const double fade_ms = request.fade_ms.value_or(state_.settings()[Setting::fade_ms]);
  co_return co_await load_with_fade(std::move(load), fade_ms, origin, Measuring::everything);
}

boost::asio::awaitable<LoadResult> Loading::load_with_fade(protocol::LoadRequest request, double fade_ms,
                                                           Origin origin, Measuring measuring) {
  state_.require_rev(request.if_rev);
  const std::string name = request.name;
  std::optional<Group::Load> load = co_await library_.prepare(std::move(request), measuring);
  if (!load) co_return LoadResult{.rev = state_.rev()};
  library_.put(load->request, std::move(load->entry), origin);
  if (measuring != Measuring::nothing) library_.measurer().measure_later();  // what was too dear to wait for
  LoadResult result{.rev = state_.rev()};
  if (state_.current() != name) co_return result;
  try {
    SoundChange change{.swap = SoundChange::Swap{name, fade_ms}};
    SoundResult sound = co_await changes_.carry_out(std::move(change), nullptr, origin);
    result.swap = std::move(sound.swap);
  } catch (const ProtocolError& error) {
    // The model is in the bank all the same, and somebody else's swap is what plays.
    if (error.code() != ErrorCode::superseded) throw;
  }
  result.rev = state_.rev();
  co_return result;
}

void Loading::unload(const protocol::UnloadRequest& request, Origin origin) {
  state_.require_rev(request.if_rev);
  if (!library_.missing().has(request.name)) library_.require(request.name);
  library_.require_unloadable(request.name, state_.current());
  library_.take(request.name, origin);
}

boost::asio::awaitable<TxResult> Loading::tx(protocol::TxRequest request, Origin origin) {
  state_.require_rev(request.if_rev);
  const std::shared_ptr<Group> group = make_group(library_);
  SoundChange change{
      .what = "tx", .when = request.when, .if_rev = request.if_rev, .order = changes_.next_order()};
  const double fade_ms = request.fade_ms.value_or(state_.settings()[Setting::fade_ms]);
  for (std::size_t i = 0; i < request.operations.size(); ++i) {
    try {
      co_await stage(std::move(request.operations[i]), group, change, fade_ms);
    } catch (...) {
      throw protocol::tx_error(i, to_protocol_error(std::current_exception()));
    }
  }
  const std::optional<std::string>& current = state_.current();
  if (!change.swap && current && group->loads.contains(*current))
    change.swap = SoundChange::Swap{current, fade_ms};
  state_.require_rev(request.if_rev);
  TxResult result;
  for (const auto& [name, load] : group->loads) result.loaded.push_back(name);
  const bool audible = change.swap || change.bypass || !change.settings.is_empty();
  if (audible) {
    result.sound = co_await changes_.carry_out(std::move(change), group, origin);
  } else {
    commit(library_, *group, origin);
    result.sound = changes_.unchanged();
  }
  co_return result;
}

boost::asio::awaitable<void> Loading::stage(protocol::TxOperation operation, std::shared_ptr<Group> group,
                                            SoundChange& change, double fade_ms) {
  if (auto* const load = std::get_if<protocol::LoadRequest>(&operation)) {
    co_await stage_load(library_, group, std::move(*load));
  } else if (const auto* const unload = std::get_if<protocol::UnloadRequest>(&operation)) {
    stage_unload(library_, *group, unload->name, change.swap ? change.swap->name : state_.current());
  } else if (const auto* const swap = std::get_if<protocol::SwapRequest>(&operation)) {
    if (swap->name) {
      library_.require(*swap->name, group.get());
      library_.require_not_held(*swap->name, group.get());
    }
    change.swap = SoundChange::Swap{swap->name, swap->fade_ms.value_or(fade_ms)};
  } else if (const auto* const bypass = std::get_if<protocol::BypassRequest>(&operation)) {
    change.bypass = combine(change.bypass, bypass->to);
  } else if (const auto* const set = std::get_if<protocol::SetRequest>(&operation)) {
    change.settings.merge(set->changes);
  }
}

boost::asio::awaitable<std::optional<ProtocolError>> Loading::load_or_miss(protocol::LoadRequest request) {
  std::exception_ptr failure;
  try {
    request.if_over = protocol::IfOver::force;
    co_await load(request, 0, Measuring::nothing);
    co_return std::nullopt;
  } catch (...) {
    failure = std::current_exception();
  }
  const ProtocolError error = to_protocol_error(failure);
  co_await library_.missing().note_fault(request.path, error);
  library_.miss({.name = request.name, .path = request.path, .quality = request.quality});
  co_return error;
}

boost::asio::awaitable<void> Loading::want(std::optional<std::string> name) {
  if (name && library_.find(*name) == nullptr) {
    co_await changes_.play_missing(*name);
    co_return;
  }
  protocol::SwapRequest request{.name = std::move(name)};
  co_await changes_.swap(std::move(request), 0);
}

boost::asio::awaitable<void> Loading::try_again(std::string name) {
  const auto found = library_.missing().models().find(name);
  if (found == library_.missing().models().end()) co_return;
  const std::string path = found->second.path;
  protocol::LoadRequest request{.name = name,
                                .path = path,
                                .quality = found->second.quality,
                                .replace = true,
                                .if_over = protocol::IfOver::force};
  std::exception_ptr failure;
  try {
    co_await load(std::move(request), 0, Measuring::loudness);
    co_return;
  } catch (...) {
    failure = std::current_exception();
  }
  const ProtocolError error = to_protocol_error(failure);
  // Somebody else is loading it.
  if (error.code() != ErrorCode::busy) co_await library_.missing().note_fault(path, error);
}

// Nothing has changed for clients.
boost::asio::awaitable<void> Loading::rebuild_current() {
  if (!state_.current()) co_return;
  const std::string name = *state_.current();
  const BankEntry* const entry = library_.find(name);
  if (entry == nullptr) {
    co_await changes_.play_missing(name);
    co_return;
  }
  const std::shared_ptr<const engine::Model> model = entry->model;
  Workshop& workshop = library_.workshop();
  std::unique_ptr<engine::ModelStage> instance;
  std::string reason;
  try {
    instance = co_await workshop.build(workshop.builder(), model);
  } catch (const std::exception& error) {
    reason = fmt::format("not at the server's {} Hz: {}", workshop.conditions().sample_rate, error.what());
  }
  // A client may have swapped or replaced meanwhile.
  if (state_.current() != name || library_.require(name).model != model) {
    workshop.discard(std::move(instance));
  } else if (instance) {
    changes_.play_again(engine::model_path(std::move(instance), library_.require(name).levels()));
  } else {
    co_await changes_.play_missing(name, reason);
  }
}

}  // namespace namrack::player
