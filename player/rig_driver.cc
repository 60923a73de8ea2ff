#include "player/rig_driver.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

namespace namrack::player {
namespace {

// While somebody waits for a reply, and otherwise (then only faded-out models come back).
constexpr std::chrono::milliseconds kPollOpen{1};
constexpr std::chrono::milliseconds kPollIdle{20};

}  // namespace

RigDriver::RigDriver(boost::asio::io_context& control, engine::Rig& rig, Callbacks callbacks)
    : rig_(rig), callbacks_(std::move(callbacks)), timer_(control) {}

void RigDriver::set_running(bool running) {
  if (running) {
    running_ = true;
    schedule();
    return;
  }
  drain(true);  // what the audio thread reported before it stopped was audible
  running_ = false;
  timer_.cancel();
  rig_.apply_idle();
  drain(false);
}

std::optional<std::uint64_t> RigDriver::change(engine::RigChange& change, Completion completion) {
  const auto id = rig_.change(change);
  if (id) track(*id, std::move(completion));
  return id;
}

void RigDriver::cancel(std::uint64_t id) {
  if (!open_.contains(id)) return;
  rig_.cancel(id);
  if (running_) schedule();
}

void RigDriver::catch_up() {
  if (running_) drain(true);
}

void RigDriver::track(std::uint64_t id, Completion completion) {
  open_.emplace(id, std::move(completion));
  if (running_) {
    schedule();
  } else {
    rig_.apply_idle();
    drain(false);
  }
}

void RigDriver::drain(bool audible) {
  while (auto report = rig_.poll()) {
    if (report->model) callbacks_.give_back(std::move(report->model));
    if (report->kind == engine::RigReport::Kind::faded) {
      callbacks_.faded(audible ? std::optional(report->frame) : std::nullopt);
      continue;
    }
    if (report->id == 0) {
      callbacks_.acted(report->tag, audible ? std::optional(report->frame) : std::nullopt, report->bypassed);
      continue;
    }
    const auto command = open_.find(report->id);
    if (command == open_.end()) continue;
    const Completion completion = std::move(command->second);
    open_.erase(command);
    Outcome outcome;
    if (report->kind == engine::RigReport::Kind::superseded) outcome.kind = Outcome::Kind::superseded;
    if (report->kind == engine::RigReport::Kind::too_late) outcome.kind = Outcome::Kind::too_late;
    if (report->kind == engine::RigReport::Kind::cancelled) outcome.kind = Outcome::Kind::cancelled;
    if (audible) outcome.frame = report->frame;
    outcome.fade_frames = audible ? report->fade_frames : 0;
    outcome.skipped_frames = audible ? report->skipped_frames : 0;
    outcome.level_before = report->level_before;
    outcome.level_after = report->level_after;
    outcome.bypassed = report->bypassed;
    try {
      completion(outcome);
    } catch (const std::exception& error) {
      spdlog::error("after a change of the sound: {}", error.what());  // the others are answered all the same
    }
  }
}

void RigDriver::schedule() {
  timer_.expires_after(open_.empty() ? kPollIdle : kPollOpen);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || !running_) return;
    drain(true);
    schedule();
  });
}

}  // namespace namrack::player
