// The part of the player that outlives the daemon.

#include <spdlog/spdlog.h>

#include <utility>

#include "player/player.h"

namespace namrack::player {

SavedState Player::saved_state() const {
  SavedState state;
  for (const auto& [name, entry] : bank_.entries()) state.bank.push_back({name, entry.path, entry.quality});
  for (const auto& [name, model] : missing_) state.bank.push_back(model);
  state.current = current_;
  state.bypass = bypassed_;
  state.settings = settings_;
  state.scenes = scenes_;
  state.measurements = measurements_;
  return state;
}

boost::asio::awaitable<void> Player::restore(SavedState state) {
  scenes_ = std::move(state.scenes);
  measurements_ = std::move(state.measurements);
  protocol::SetRequest settings{.changes = SettingChanges(state.settings)};
  co_await set(std::move(settings), 0);
  for (const SavedState::Model& model : state.bank) {
    protocol::LoadRequest request;
    request.name = model.name;
    request.path = model.path;
    request.quality = model.quality;
    request.if_over = protocol::IfOver::force;
    co_await load_or_miss(std::move(request));
  }
  if (state.bypass) {
    protocol::BypassRequest request;
    request.to = protocol::Switch::on;
    co_await bypass(request, 0);
  }
}

}  // namespace namrack::player
