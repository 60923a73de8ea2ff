#include "player/changes/rig_driver.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace namrack::player {
namespace {

// A pedal that moves goes on moving.
constexpr std::chrono::seconds kMoreActions{1};

}  // namespace

RigDriver::RigDriver(Pulse& pulse, engine::Rig& rig, Callbacks callbacks)
    : rig_(rig), callbacks_(std::move(callbacks)), beat_(pulse, [this] { return look(); }) {}

Pulse::Period RigDriver::look() {
  catch_up();
  const bool is_busy = !open_.empty() || Pulse::Clock::now() - last_action_ < kMoreActions;
  return running_ && is_busy ? Pulse::kFast : Pulse::kSlow;
}

void RigDriver::set_running(bool running) {
  catch_up();
  running_ = running;
  if (running) return;
  rig_.apply_idle();
  catch_up();
}

bool RigDriver::submit(std::shared_ptr<engine::Change> change) {
  if (!rig_.submit(*change)) return false;
  open_.push_back(std::move(change));
  if (running_) {
    beat_.hurry();
  } else {
    rig_.apply_idle();
    catch_up();
  }
  return true;
}

void RigDriver::catch_up() {
  if (!rig_.take_news()) return;
  while (engine::Change* const change = rig_.poll()) {
    if (!change->is_action) {
      take_in(*change);
      continue;
    }
    last_action_ = Pulse::Clock::now();
    callbacks_.acted(*change);
  }
}

void RigDriver::take_in(engine::Change& change) {
  const auto found = std::ranges::find(open_, &change, &std::shared_ptr<engine::Change>::get);
  if (found == open_.end()) return;  // somebody else's
  const std::shared_ptr<engine::Change> keep = *found;
  if (change.is_over()) open_.erase(found);
  for (std::unique_ptr<engine::Path>* const path : {&change.incoming, &change.outgoing})
    if (change.is_over() && *path) callbacks_.give_back(std::move(*path));
  if (change.state == engine::Change::State::done && change.swaps) return callbacks_.faded(change);
  try {
    callbacks_.begun(change);
  } catch (const std::exception& error) {
    spdlog::error("after a change of the sound: {}", error.what());  // the others are answered all the same
  }
}

}  // namespace namrack::player
