#include "player/changes/changes.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <cmath>
#include <utility>

#include "engine/audio/paths.h"
#include "player/library/entry_levels.h"
#include "player/or_null.h"
#include "player/spawn.h"

namespace namrack::player {
namespace json = boost::json;
using protocol::ErrorCode;
using protocol::ProtocolError;
using protocol::Topic;
namespace {

engine::BypassSwitch to_engine(protocol::Switch to) {
  switch (to) {
    case protocol::Switch::off:
      return engine::BypassSwitch::off;
    case protocol::Switch::on:
      return engine::BypassSwitch::on;
    case protocol::Switch::toggle:
      return engine::BypassSwitch::toggle;
  }
  return engine::BypassSwitch::toggle;
}

// A scene that keeps what plays has chosen it all the same.
bool chooses_now(const Change& change) {
  return (change.asked.swap || change.asked.scene) && change.is_now();
}

}  // namespace

SoundChanges::SoundChanges(boost::asio::io_context& control, Pulse& pulse, engine::AudioState& audio,
                           Worker& listener, PlayerState& state, Library& library)
    : control_(control),
      audio_(audio),
      state_(state),
      library_(library),
      timing_(audio),
      joiner_(audio, timing_, listener, state, library),
      driver_(
          pulse, audio.rig,
          {.give_back = [this](std::unique_ptr<engine::Path> path) { library_.take_back(std::move(path)); },
           .begun = [this](engine::Change& change) { begin(static_cast<Change&>(change)); },
           .acted = [this](const engine::Change& change) { adopt_action(change); },
           .faded = [this](const engine::Change& change) { report_fade(change); }}) {}

// Between two connections the rig is muted, so that the sound always fades in.
void SoundChanges::set_running(bool running) {
  if (running) {
    // Figures of the last connection say nothing about this one.
    audio_.block_frames = 0;
    audio_.transport.stand();
  }
  audio_.rig.mute(!running);
  driver_.set_running(running);
  timing_.set_running(running);
  swapped_();
}

boost::asio::awaitable<SwapResult> SoundChanges::swap(protocol::SwapRequest request, Origin origin) {
  state_.require_rev(request.if_rev);
  if (request.name) library_.require(*request.name);
  if (request.name) library_.require_not_held(*request.name);
  if (request.name == state_.current() && !state_.rate_fault() && !open_.any_swap() &&
      request.when.is_now()) {
    newest_submitted_swap_ = next_order();  // what was asked for before it must not end it
    co_return unchanged_swap();
  }
  SoundChange change{
      .what = "swap",
      .swap = SoundChange::Swap{request.name, request.fade_ms.value_or(state_.settings()[Setting::fade_ms])},
      .when = request.when,
      .if_rev = request.if_rev};
  SoundResult result = co_await carry_out(std::move(change), nullptr, origin);
  co_return std::move(*result.swap);
}

boost::asio::awaitable<SoundResult> SoundChanges::bypass(protocol::BypassRequest request, Origin origin) {
  state_.require_rev(request.if_rev);
  SoundChange change{.what = "bypass", .bypass = request.to, .when = request.when, .if_rev = request.if_rev};
  co_return co_await carry_out(std::move(change), nullptr, origin);
}

boost::asio::awaitable<SoundResult> SoundChanges::set(protocol::SetRequest request, Origin origin) {
  catch_up();
  state_.require_rev(request.if_rev);
  const bool changes = request.changes.applied_to(state_.settings()) != state_.settings();
  if (!changes && !open_.any_settings() && request.when.is_now()) co_return unchanged();
  SoundChange change{.settings = request.changes, .when = request.when, .if_rev = request.if_rev};
  co_return co_await carry_out(std::move(change), nullptr, origin);
}

SoundResult SoundChanges::unchanged() const {
  return {.bypass = state_.is_bypassed(),
          .settings = state_.settings(),
          .frame = timing_.current_frame(),
          .rev = state_.rev()};
}

SwapResult SoundChanges::unchanged_swap() const {
  SwapResult result{.name = state_.current(), .previous = state_.current()};
  describe_swap(result, state_.settings(), nullptr);
  result.frame = timing_.current_frame();
  result.predicted_overlap = result.predicted_load;
  result.fade_kind = engine::FadeKind::crossfade;
  result.rev = state_.rev();
  return result;
}

// The revision that a client expects is that after all that has been given to the rig already.
boost::asio::awaitable<void> SoundChanges::wait_for_open_changes() {
  while (const Change* const open = open_.first_now()) co_await Promise<bool>::wait(open->ended);
}

// When its time is near, the model is made to join; then it goes to the rig with all parts. If its model is
// replaced while it waits there, it comes back, and is made ready anew.
boost::asio::awaitable<SoundResult> SoundChanges::carry_out(SoundChange asked, std::shared_ptr<Group> group,
                                                            Origin origin) {
  if (asked.if_rev) {
    co_await wait_for_open_changes();
    state_.require_rev(asked.if_rev);
  }
  const auto change = std::make_shared<Change>(control_, std::move(asked), std::move(group), origin);
  const OpenChanges::Entry entry(open_, *change);
  if (change->asked.order == 0) change->asked.order = next_order();
  change->xruns_before = audio_.xruns.load(std::memory_order_relaxed);
  for (;;) {
    co_await make_ready(change);
    submit(change);
    const bool has_begun = co_await Promise<bool>::wait(change->begun);
    if (has_begun) co_return change->result;
    change->require_wanted();
  }
}

boost::asio::awaitable<void> SoundChanges::make_ready(std::shared_ptr<Change> change) {
  change->start_over();
  const SoundChange& asked = change->asked;
  protocol::When when = asked.when;
  co_await timing_.wait_until_near(when, *change);
  change->state = Change::State::preparing;
  change->due_frame = timing_.frame_of(when);
  if (asked.swap) change->result.swap = SwapResult{.name = asked.swap->name};
  if (asked.swap && asked.swap->name && !asked.swap->is_missing) co_await joiner_.prepare(change);
  try {
    change->require_wanted();
    if (chooses_now(*change) && asked.order < newest_submitted_swap_)
      throw ProtocolError(ErrorCode::superseded, "a newer swap was ready before it");
  } catch (...) {
    library_.take_back(std::move(change->incoming));
    throw;
  }
}

void SoundChanges::submit(const std::shared_ptr<Change>& change) {
  const SoundChange& asked = change->asked;
  change->action.settings = asked.settings;
  if (asked.scene) {
    catch_up();  // a pedal may have moved meanwhile
    change->action.settings = kept_.leaving(asked.settings, state_.settings());
  }
  if (asked.swap) complete_swap(*change);
  if (asked.bypass) change->action.bypass = to_engine(*asked.bypass);
  // Frame 0 means "at once" to the rig; a client that names it means a moment long gone.
  if (change->due_frame) change->at_frame = std::max<std::uint64_t>(*change->due_frame, 1);
  change->order = asked.order;
  if (asked.when.in_phase_with)
    change->grid = {.of = *asked.when.in_phase_with,
                    .period = audio_.block_frames.load(std::memory_order_relaxed)};
  if (!driver_.submit(change)) {
    library_.take_back(std::move(change->incoming));
    throw ProtocolError(ErrorCode::limit, "too many commands wait for their frame");
  }
  ++commands_given_;
  if (chooses_now(*change)) newest_submitted_swap_ = asked.order;
}

// What its swap lacks: a path, where no model plays, and how they fade.
void SoundChanges::complete_swap(Change& change) {
  const Settings wanted = change.action.settings.applied_to(state_.settings());
  const double rate = audio_.rig.sample_rate();
  if (!change.incoming) {
    const bool is_mute = wanted.as<OnMissing>(Setting::on_missing) == OnMissing::mute;
    change.incoming =
        change.asked.swap->is_missing && is_mute ? engine::silent_path(rate) : engine::dry_path(rate);
  }
  SwapResult& result = *change.result.swap;
  result.requested_frame = change.due_frame;
  describe_swap(result, wanted, change.group.get());
  // Work that is too much for a block is not begun on the audio thread.
  if (result.predicted_overlap && *result.predicted_overlap > library_.workshop().budgets().cpu)
    change.catches_up = change.catches_up && audio_.freewheeling.load(std::memory_order_relaxed);
  change.latency_frames = static_cast<std::uint32_t>(change.incoming->latency_frames());
  change.fade_frames = static_cast<std::uint32_t>(std::lround(change.asked.swap->fade_ms * 1e-3 * rate));
  change.fade_kind = result.fade_kind;
  result.catches_up = change.catches_up;
}

void SoundChanges::describe_swap(SwapResult& result, const Settings& wanted, const Group* group) const {
  if (const BankEntry* const entry = result.name ? library_.find(*result.name, group) : nullptr) {
    result.load_ms = entry->load_ms;
    result.predicted_load = entry->predicted_load;
    result.match_db = double{level_adjustment(*entry, wanted).output_db};
    result.warnings = level_warnings(*entry, wanted);
  } else {
    result.predicted_load = 0.0;
  }
  const std::optional<double> playing = library_.predicted_load();
  if (!result.predicted_load || !playing) return;
  result.predicted_overlap = *playing + *result.predicted_load;
  const bool side_by_side = result.predicted_load == 0.0 || playing == 0.0 ||
                            result.predicted_overlap <= library_.workshop().budgets().cpu;
  if (!side_by_side) result.fade_kind = engine::FadeKind::through_zero;
}

// The rig says that it has begun, or never will.
void SoundChanges::begin(Change& change) {
  if (const std::optional<ProtocolError> error = failure_of(change))
    return change.begun.fail(std::make_exception_ptr(*error));
  if (change.state == Change::State::cancelled) return change.begun.set(false);
  // Whatever fails behind the sound, whoever asked is answered.
  try {
    adopt(change);
  } catch (...) {
    change.begun.fail(std::current_exception());
    throw;
  }
  change.begun.set(true);
  if (change.result.swap) swapped_();
  state_.changed();
}

std::optional<ProtocolError> SoundChanges::failure_of(const Change& change) const {
  if (change.state == Change::State::superseded)
    return ProtocolError(ErrorCode::superseded, "a newer swap took its place before it began");
  if (change.state != Change::State::too_late) return std::nullopt;
  const std::uint64_t now = audio_.frame.load(std::memory_order_relaxed);
  return ProtocolError(ErrorCode::too_late, "the time asked for has already passed", {{"frame", now}});
}

// Takes in a change that the audio thread has made by itself.
void SoundChanges::adopt_action(const engine::Change& change) {
  state_.adopt_bypass(change.bypassed, change.heard_at(), 0);
  adopt_settings(change.action.settings, change.heard_at(), 0);
  if (change.action.is_kept) kept_.note(change.action.settings);
  state_.changed();
}

void SoundChanges::adopt_settings(const SettingChanges& changes, std::optional<std::uint64_t> frame,
                                  Origin origin) {
  const double former = state_.settings()[Setting::on_missing];
  state_.adopt_settings(changes, frame, origin);
  if (state_.settings()[Setting::on_missing] != former && library_.is_current_missing())
    spawn(control_, "muting a missing model", play_missing(*state_.current()));
}

// Makes what is audible now the state, and publishes it.
void SoundChanges::adopt(Change& change) {
  if (change.group) commit(library_, *change.group, change.origin);
  if (change.result.swap) {
    adopt_swap(change);
    state_.publish(Topic::swap, change.heard_at(), swap_report(*change.result.swap), change.origin);
  }
  state_.adopt_bypass(change.bypassed, change.heard_at(), change.origin);
  adopt_settings(change.action.settings, change.heard_at(), change.origin);
  if (change.asked.scene) {
    recalled_(*change.asked.scene, change.origin);
    return_to_pedals();
  }
  change.result.bypass = state_.is_bypassed();
  change.result.settings = state_.settings();
  change.result.frame = change.heard_at();
  change.result.rev = state_.rev();
}

// A pedal that moved after the recall had been given to the rig, and before it was heard, in a setting that
// the recall changed.
void SoundChanges::return_to_pedals() {
  const SettingChanges missing = kept_.missing(state_.settings());
  if (missing.is_empty()) return;
  const auto log = [](const std::exception_ptr& failure, const SoundResult&) {
    if (failure) spdlog::warn("a setting could not be returned to its pedal; move the pedal");
  };
  boost::asio::co_spawn(control_, set({.changes = missing}, 0), log);
}

void SoundChanges::adopt_swap(Change& change) {
  const std::uint64_t xruns = audio_.xruns.load(std::memory_order_relaxed);
  SwapResult& result = *change.result.swap;
  result.previous = state_.play(result.name, change.latency_frames);
  result.frame = change.heard_at();
  result.fade_frames = change.fade_frames;
  result.skipped_frames = change.skipped_frames;
  result.level_before = change.level_before;
  result.level_after = change.level_after;
  result.measured_load = measured_load();
  result.xruns = xruns - change.xruns_before;
  result.rev = state_.rev();
  fade_ = {.name = result.name, .xruns = xruns};
  audio_.fade_load.restart();
}

std::optional<double> SoundChanges::measured_load() const {
  for (const engine::DspLoad* load : {&audio_.recent_load, &audio_.load}) {
    const engine::DspLoad::Snapshot snapshot = load->snapshot();
    if (driver_.is_running() && snapshot.blocks > 0) return snapshot.mean;
  }
  return std::nullopt;
}

// Nothing of the state changes, but how dear the fade was is known only now.
void SoundChanges::report_fade(const engine::Change& change) {
  if (change.end_frame == 0) return;  // nobody has heard it
  const engine::DspLoad::Snapshot load = audio_.fade_load.snapshot();
  const bool measured = load.blocks > 0;
  state_.publish(Topic::faded, change.end_frame,
                 {{"name", or_null(fade_.name)},
                  {"load_mean", measured ? json::value(load.mean) : json::value(nullptr)},
                  {"load_max", measured ? json::value(load.max) : json::value(nullptr)},
                  {"xruns", audio_.xruns.load(std::memory_order_relaxed) - fade_.xruns}},
                 0);
}

// Somebody may have swapped to something else while it was on its way: then that is what was wanted last.
boost::asio::awaitable<void> SoundChanges::play_missing(std::string name,
                                                        std::optional<std::string> rate_fault) {
  SoundChange change{.what = "swap",
                     .swap = SoundChange::Swap{
                         .name = name, .fade_ms = state_.settings()[Setting::fade_ms], .is_missing = true}};
  try {
    co_await carry_out(std::move(change), nullptr, 0);
  } catch (const ProtocolError& error) {
    if (error.code() != ErrorCode::superseded)
      spdlog::error("\"{}\" is missing, and the former sound goes on: {}", name, error.message());
  }
  if (rate_fault) state_.cannot_play(std::move(*rate_fault));
  swapped_();
}

void SoundChanges::play_again(std::unique_ptr<engine::Path> path) {
  state_.rebuilt(static_cast<std::uint32_t>(path->latency_frames()));
  const auto change = std::make_shared<Change>(control_, SoundChange{}, nullptr, 0);
  change->incoming = std::move(path);
  driver_.submit(change);
  swapped_();
}

void SoundChanges::match_anew(const std::string& name) {
  SoundChange change{.what = "swap", .swap = SoundChange::Swap{name, state_.settings()[Setting::fade_ms]}};
  const auto log = [name](const std::exception_ptr& failure, const SoundResult&) {
    if (failure) spdlog::debug("\"{}\" is not matched anew: something else was swapped in", name);
  };
  boost::asio::co_spawn(control_, carry_out(std::move(change), nullptr, 0), log);
}

void SoundChanges::make_anew(const std::string& name) {
  for (Change* const change : open_.waiting())
    if (change->swaps_to(name) && change->is_in_rig()) change->cancel();
}

// They end at once, or are under way already and will be audible.
boost::asio::awaitable<std::vector<std::uint64_t>> SoundChanges::cancel(protocol::CancelRequest request) {
  std::vector<Change*> changes;
  if (request.id) {
    changes = {open_.find_waiting(*request.id)};
    if (changes.front() == nullptr)
      throw ProtocolError(ErrorCode::not_found,
                          "no change " + std::to_string(*request.id) + " waits for its time; see `pending`",
                          {{"id", *request.id}});
  } else {
    changes = open_.waiting();
    std::erase_if(changes, [](const Change* change) { return !change->is_wanted(); });
  }
  std::vector<std::pair<std::uint64_t, Promise<bool>>> ends;
  for (Change* const change : changes) {
    ends.emplace_back(change->id, change->ended);
    change->end();
  }
  std::vector<std::uint64_t> cancelled;
  for (auto& [id, end] : ends)
    if (co_await Promise<bool>::wait(end)) cancelled.push_back(id);
  if (request.id && cancelled.empty())
    throw ProtocolError(ErrorCode::not_found,
                        "change " + std::to_string(*request.id) + " has just been carried out",
                        {{"id", *request.id}});
  co_return cancelled;
}

}  // namespace namrack::player
