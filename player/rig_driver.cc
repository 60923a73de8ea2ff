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
  if (running) {
    running_ = true;
    return;
  }
  catch_up();  // what the audio thread reported before it stopped was audible
  running_ = false;
  rig_.apply_idle();
  drain(false);
}

std::optional<std::uint64_t> RigDriver::change(engine::RigChange& change, Completion completion) {
  const bool fades = change.swap.has_value();
  const auto id = rig_.change(change);
  if (!id) return id;
  open_.emplace(*id, Open{std::move(completion), fades});
  if (running_) {
    beat_.hurry();
  } else {
    rig_.apply_idle();
    drain(false);
  }
  return id;
}

void RigDriver::cancel(std::uint64_t id) {
  if (open_.contains(id)) rig_.cancel(id);
}

void RigDriver::catch_up() {
  if (running_) drain(true);
}

void RigDriver::drain(bool audible) {
  while (auto report = rig_.poll()) {
    if (report->model) callbacks_.give_back(std::move(report->model));
    if (report->id != 0) {
      complete(*report, audible);
      continue;
    }
    last_action_ = Pulse::Clock::now();
    callbacks_.acted(*report, audible ? std::optional(report->frame) : std::nullopt);
  }
}

void RigDriver::complete(const engine::RigReport& report, bool audible) {
  using Kind = engine::RigReport::Kind;
  const auto found = open_.find(report.id);
  if (found == open_.end()) return;
  const std::optional<std::uint64_t> frame = audible ? std::optional(report.frame) : std::nullopt;
  const Completion completion = std::move(found->second.completion);
  if (report.kind != Kind::applied || !found->second.fades) open_.erase(found);
  if (report.kind == Kind::faded) return callbacks_.faded(frame);
  Outcome outcome{.frame = frame,
                  .fade_frames = audible ? report.fade_frames : 0,
                  .skipped_frames = audible ? report.skipped_frames : 0,
                  .level_before = report.level_before,
                  .level_after = report.level_after,
                  .bypassed = report.bypassed};
  if (report.kind == Kind::superseded) outcome.kind = Outcome::Kind::superseded;
  if (report.kind == Kind::too_late) outcome.kind = Outcome::Kind::too_late;
  if (report.kind == Kind::cancelled) outcome.kind = Outcome::Kind::cancelled;
  try {
    completion(outcome);
  } catch (const std::exception& error) {
    spdlog::error("after a change of the sound: {}", error.what());  // the others are answered all the same
  }
}

}  // namespace namrack::player
