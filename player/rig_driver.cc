#include "player/rig_driver.h"

#include <spdlog/spdlog.h>

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

engine::Change* RigDriver::submit(std::unique_ptr<engine::Change>& change, Completion completion) {
  engine::Change* const submitted = change.get();
  if (!rig_.submit(*submitted)) return nullptr;
  open_.emplace(submitted, Open{std::move(change), std::move(completion)});
  if (running_) {
    beat_.hurry();
  } else {
    rig_.apply_idle();
    catch_up();
  }
  return submitted;
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
  const auto found = open_.find(&change);
  if (found == open_.end()) return;  // somebody else's
  const Completion completion = std::exchange(found->second.completion, nullptr);
  const std::unique_ptr<engine::Change> over = change.is_over() ? std::move(found->second.change) : nullptr;
  if (over) open_.erase(found);
  for (std::unique_ptr<engine::Path>* const path : {&change.incoming, &change.outgoing})
    if (change.is_over() && *path) callbacks_.give_back(std::move(*path));
  if (change.state == engine::Change::State::done && change.swaps) callbacks_.faded(change);
  try {
    if (completion) completion(change);
  } catch (const std::exception& error) {
    spdlog::error("after a change of the sound: {}", error.what());  // the others are answered all the same
  }
}

}  // namespace namrack::player
