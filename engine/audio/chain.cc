#include "engine/audio/chain.h"

#include <algorithm>
#include <utility>

#include "engine/audio/paths.h"

namespace namrack::engine {
using State = Change::State;

std::unique_ptr<Path> Chain::set_sample_rate(double sample_rate) {
  sample_rate_ = sample_rate;
  std::unique_ptr<Path> former = paths_.replace(dry_path(sample_rate));
  adopt_settings({});
  paths_.end_ramps();
  return former;
}

void Chain::begin(Change& change, std::uint64_t frame) NAMRACK_REALTIME {
  if (!change.swaps) return act(change, frame);
  // A third path cannot join a running fade, nor a second one listen: the newest change waits, an older one
  // gives way.
  if (waiting_ != nullptr) trip_->send_back(*waiting_, State::superseded, frame);
  waiting_ = &change;
  waits_from_ = frame;
  paths_.hurry(frames_in(kHurrySeconds));
  begin_waiting(frame);
}

void Chain::go_on(std::uint64_t frame) NAMRACK_REALTIME {
  if (paths_.is_running() && paths_.left() == 0) end_fade(frame);
  begin_waiting(frame);
}

void Chain::begin_waiting(std::uint64_t frame) NAMRACK_REALTIME {
  if (waiting_ == nullptr || paths_.is_running()) return;
  if (is_ready(*waiting_, frame) && waiting_->frames_to_grid(frame) == 0)
    begin_swap(*std::exchange(waiting_, nullptr), frame);
}

// One that never catches up must not keep others waiting.
bool Chain::is_ready(const Change& change, std::uint64_t frame) const NAMRACK_REALTIME {
  const bool waits = change.at_frame == Change::kNow && change.catches_up;
  return !waits || change.incoming->lag(*input_) == 0 || frame - waits_from_ >= frames_in(kMostWaitSeconds);
}

std::size_t Chain::frames_until_next(std::uint64_t frame, std::size_t at_most) const NAMRACK_REALTIME {
  if (waiting_ != nullptr && waiting_->has_grid())
    at_most = std::min<std::uint64_t>(at_most, waiting_->frames_to_grid(frame + 1) + 1);
  return paths_.is_running() ? std::min(at_most, paths_.left()) : at_most;
}

// During a fade two paths run already; then it waits.
void Chain::let_next_listen(const Schedule& schedule, std::size_t frames) NAMRACK_REALTIME {
  if (paths_.is_running()) return;
  Change* const next = waiting_ != nullptr ? waiting_ : schedule.next_listener();
  if (next == nullptr || !next->incoming->listens() || !next->catches_up) return;
  prepare(*next);
  next->incoming->listen(*input_, frames + (frames + 1) / 2);
}

void Chain::prepare(Change& change) const NAMRACK_REALTIME {
  change.incoming->apply(change.action.settings.applied_to(settings_));
  change.incoming->end_ramps();
}

void Chain::begin_swap(Change& change, std::uint64_t frame) NAMRACK_REALTIME {
  prepare(change);
  adopt(change.action);
  const bool through_zero = change.fade_kind == FadeKind::through_zero;
  change.bypassed = bypass_.to_second();
  change.level_before = paths_.level();
  change.level_after = change.incoming->level();
  if (change.incoming->listens())
    change.skipped_frames = static_cast<std::uint32_t>(change.incoming->skipped_frames(*input_)) +
                            (through_zero ? change.fade_frames / 2 : 0);
  paths_.begin(std::move(change.incoming), change.fade_kind, change.fade_frames);
  paths_.apply(settings_);  // what the paths share moves there
  fading_ = &change;
  // Sent back now, so that what comes later is answered later, also while it fades through zero.
  trip_->send_back(change, State::done, frame);
  if (paths_.left() == 0) end_fade(frame);
}

void Chain::end_fade(std::uint64_t frame) NAMRACK_REALTIME {
  const std::size_t most =
      waiting_ != nullptr ? frames_in(kHurrySeconds) : std::numeric_limits<std::size_t>::max();
  if (!paths_.go_on(most)) return paths_.apply(settings_);
  Change& ended = *std::exchange(fading_, nullptr);
  ended.outgoing = paths_.take_outgoing();
  ended.end_frame = frame;
  trip_->send_back_ended(ended);
}

void Chain::give_up_cancelled(std::uint64_t frame) NAMRACK_REALTIME {
  if (waiting_ != nullptr && waiting_->is_to_be_cancelled())
    trip_->send_back(*std::exchange(waiting_, nullptr), State::cancelled, frame);
}

void Chain::act(Change& change, std::uint64_t frame) NAMRACK_REALTIME {
  const bool bypassed = bypass_.to_second();
  adopt(change.action);
  if (!change.action.settings.is_empty()) paths_.apply(settings_);
  change.bypassed = bypass_.to_second();
  change.fade_frames =
      change.bypassed != bypassed ? static_cast<std::uint32_t>(frames_in(kBypassSeconds)) : 0;
  trip_->send_back(change, State::done, frame);
}

void Chain::adopt(const Action& action) NAMRACK_REALTIME {
  adopt_settings(action.settings);
  if (!action.bypass) return;
  const bool bypassed = bypass_.to_second();
  const bool wanted = *action.bypass == BypassSwitch::toggle ? !bypassed : *action.bypass == BypassSwitch::on;
  if (wanted != bypassed) bypass_.go_to(wanted, frames_in(kBypassSeconds));
}

void Chain::adopt_settings(const SettingChanges& changes) NAMRACK_REALTIME {
  settings_ = changes.applied_to(settings_);
  ceiling_ = is_on(settings_, Setting::peak_guard) ? db_to_gain(settings_.as<float>(Setting::ceiling_db))
                                                   : kNoCeiling;
}

bool Chain::process(const ConstBlock& dry, const Block& out) NAMRACK_REALTIME {
  copy(dry, out);
  const bool sound = paths_.process(out);
  bypass_.process(out, dry, out);
  return sound;
}

void Chain::end_now() NAMRACK_REALTIME {
  while (paths_.is_running()) end_fade(Change::kNow);
  if (waiting_ != nullptr) carry_out_now(*std::exchange(waiting_, nullptr));
  bypass_.jump_to(bypass_.to_second());
  paths_.end_ramps();
}

void Chain::carry_out_now(Change& change) NAMRACK_REALTIME {
  if (change.is_to_be_cancelled()) return trip_->send_back(change, State::cancelled, Change::kNow);
  change.fade_frames = 0;
  if (change.swaps)
    begin_swap(change, Change::kNow);
  else
    act(change, Change::kNow);
  while (paths_.is_running()) end_fade(Change::kNow);
  change.fade_frames = change.skipped_frames = 0;  // nobody has heard it
}

}  // namespace namrack::engine
