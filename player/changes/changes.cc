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
           .acted = [this](const engine::Change& change) { adopt_action(change); },
           .faded = [this](const engine::Change& change) { report_fade(change); }}) {}

// Between two connections the rig is muted, so that the sound always fades in.
void SoundChanges::set_running(bool running) {
  if (running) {
    // What the last connection has left says nothing about this one.
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
  SwapResult result = describe_swap({}, {.name = state_.current()}, nullptr, std::nullopt, 0);
  result.previous = state_.current();
  result.frame = timing_.current_frame();
  result.predicted_overlap = result.predicted_load;
  result.fade_kind = engine::FadeKind::crossfade;
  result.rev = state_.rev();
  return result;
}

// The revision that a client expects is that after all that has been given to the rig already.
boost::asio::awaitable<void> SoundChanges::wait_for_open_changes() {
  while (const OpenChange* const open = open_.first_now()) co_await Promise<bool>::wait(open->ended());
}

// When its time is near, the model is made to join; then one command takes all of it to the rig.
boost::asio::awaitable<SoundResult> SoundChanges::carry_out(SoundChange change, std::shared_ptr<Group> group,
                                                            Origin origin) {
  if (change.if_rev) {
    co_await wait_for_open_changes();
    state_.require_rev(change.if_rev);
  }
  OpenChange open(open_, control_, change, origin);
  const std::uint64_t order = change.order > 0 ? change.order : next_order();
  const std::uint64_t xruns = audio_.xruns.load(std::memory_order_relaxed);
  for (;;) {
    std::optional<SoundResult> result = co_await try_change(change, group, order, xruns, open);
    if (result) co_return std::move(*result);
  }
}

// nullopt: its model was replaced while it waited in the rig; it is to be made ready anew.
boost::asio::awaitable<std::optional<SoundResult>> SoundChanges::try_change(SoundChange change,
                                                                            std::shared_ptr<Group> group,
                                                                            std::uint64_t order,
                                                                            std::uint64_t xruns,
                                                                            OpenChange& open) {
  co_await timing_.wait_until_near(change.when, open);
  open.frame = timing_.frame_of(change.when);
  Joining joining;
  if (change.swap && change.swap->name && change.swap->is_missing)
    joining.name = change.swap->name;
  else if (change.swap && change.swap->name)
    joining = co_await joiner_.prepare(*change.swap->name, group, change, open.frame);
  try {
    open.require_wanted();
    // A scene that keeps what plays has chosen it all the same.
    if ((change.swap || change.scene) && open.is_now()) {
      if (order < newest_submitted_swap_)
        throw ProtocolError(ErrorCode::superseded, "a newer swap was ready before it");
      newest_submitted_swap_ = order;
    }
  } catch (...) {
    library_.take_back(std::move(joining.path));
    throw;
  }
  try {
    co_return co_await submit(std::move(change), std::move(joining), std::move(group), order, xruns, open);
  } catch (const ProtocolError& error) {
    if (error.code() != ErrorCode::cancelled) throw;
  }
  open.require_wanted();
  co_return std::nullopt;
}

boost::asio::awaitable<SoundResult> SoundChanges::submit(SoundChange change, Joining joining,
                                                         std::shared_ptr<Group> group, std::uint64_t order,
                                                         std::uint64_t xruns, OpenChange& open) {
  if (change.scene) {
    catch_up();
    change.settings = kept_.leaving(change.settings, state_.settings());
  }
  auto command = std::make_unique<engine::Change>();
  Submitted submitted{.change = change, .group = std::move(group), .open = &open};
  if (change.swap) {
    submitted.swap = describe_swap(change, joining, submitted.group.get(), open.frame, xruns);
    const Settings wanted = change.settings.applied_to(state_.settings());
    const bool mutes =
        change.swap->is_missing && wanted.as<OnMissing>(Setting::on_missing) == OnMissing::mute;
    const double rate = audio_.rig.sample_rate();
    if (!joining.path) joining.path = mutes ? engine::silent_path(rate) : engine::dry_path(rate);
    submitted.latency_frames = static_cast<std::uint32_t>(joining.path->latency_frames());
    command->incoming = std::move(joining.path);
    command->fade_frames = static_cast<std::uint32_t>(std::lround(change.swap->fade_ms * 1e-3 * rate));
    command->fade_kind = submitted.swap->fade_kind;
    command->catches_up = submitted.swap->catches_up;
  }
  if (change.bypass) command->action.bypass = to_engine(*change.bypass);
  command->action.settings = change.settings;
  // Frame 0 means "at once" to the rig; a client that names it means a moment long gone.
  command->at_frame = open.frame ? std::max<std::uint64_t>(*open.frame, 1) : engine::Change::kNow;
  command->order = order;
  if (change.when.in_phase_with)
    command->grid = {.of = *change.when.in_phase_with,
                     .period = audio_.block_frames.load(std::memory_order_relaxed)};
  const Promise<SoundResult> promise(control_.get_executor());
  open.command = command.get();  // it may have begun before submit() returns
  RigDriver::Completion done = [this, submitted = std::move(submitted),
                                promise](const engine::Change& begun) { finish(submitted, begun, promise); };
  if (driver_.submit(command, std::move(done)) == nullptr) {
    open.command = nullptr;
    library_.take_back(std::move(command->incoming));
    throw ProtocolError(ErrorCode::limit, "too many commands wait for their frame");
  }
  ++commands_given_;
  co_return co_await Promise<SoundResult>::wait(promise);
}

SwapResult SoundChanges::describe_swap(const SoundChange& change, const Joining& joining, const Group* group,
                                       std::optional<std::uint64_t> at_frame, std::uint64_t xruns) const {
  SwapResult result;
  result.name = joining.name;
  result.requested_frame = at_frame;
  result.heard_frames = joining.heard_frames;
  result.prepare_ms = joining.prepare_ms;
  result.xruns = xruns;
  if (const BankEntry* const entry = joining.name ? library_.find(*joining.name, group) : nullptr) {
    result.load_ms = entry->load_ms;
    result.predicted_load = entry->predicted_load;
    const Settings wanted = change.settings.applied_to(state_.settings());
    result.match_db = double{level_adjustment(*entry, wanted).output_db};
    result.warnings = level_warnings(*entry, wanted);
  } else {
    result.predicted_load = 0.0;
  }
  result.catches_up = joining.catches_up;
  const std::optional<double> playing = library_.predicted_load();
  if (!result.predicted_load || !playing) return result;
  result.predicted_overlap = *playing + *result.predicted_load;
  // What is too much for a block is not begun on the audio thread.
  result.catches_up = joining.catches_up && (result.predicted_overlap <= library_.workshop().budgets().cpu ||
                                             audio_.freewheeling.load(std::memory_order_relaxed));
  const bool side_by_side = result.predicted_load == 0.0 || playing == 0.0 ||
                            result.predicted_overlap <= library_.workshop().budgets().cpu;
  if (!side_by_side) result.fade_kind = engine::FadeKind::through_zero;
  return result;
}

void SoundChanges::finish(const Submitted& submitted, const engine::Change& outcome,
                          const Promise<SoundResult>& promise) {
  using State = engine::Change::State;
  submitted.open->command = nullptr;
  const auto fail = [&](const ProtocolError& error) { promise.fail(std::make_exception_ptr(error)); };
  if (outcome.state == State::cancelled) return fail({ErrorCode::cancelled, "it was cancelled"});
  if (outcome.state == State::superseded)
    return fail({ErrorCode::superseded, "a newer swap took its place before it began"});
  if (outcome.state == State::too_late) {
    const std::uint64_t now = audio_.frame.load(std::memory_order_relaxed);
    return fail({ErrorCode::too_late, "the time asked for has already passed", {{"frame", now}}});
  }
  promise.set(adopt(submitted, outcome));
  if (submitted.swap) swapped_();
  state_.changed();
}

// What the audio thread has changed by itself.
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
SoundResult SoundChanges::adopt(const Submitted& submitted, const engine::Change& outcome) {
  const Origin origin = submitted.open->origin();
  if (submitted.group) commit(library_, *submitted.group, origin);
  std::optional<SwapResult> swap;
  if (submitted.swap) {
    swap = finish_swap(submitted, outcome);
    state_.publish(Topic::swap, outcome.heard_at(), swap_report(*swap), origin);
  }
  state_.adopt_bypass(outcome.bypassed, outcome.heard_at(), origin);
  adopt_settings(submitted.change.settings, outcome.heard_at(), origin);
  if (submitted.change.scene) {
    recalled_(*submitted.change.scene, origin);
    return_to_pedals();
  }
  return {.swap = std::move(swap),
          .bypass = state_.is_bypassed(),
          .settings = state_.settings(),
          .frame = outcome.heard_at(),
          .rev = state_.rev()};
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

SwapResult SoundChanges::finish_swap(const Submitted& submitted, const engine::Change& outcome) {
  const std::uint64_t xruns = audio_.xruns.load(std::memory_order_relaxed);
  SwapResult result = *submitted.swap;
  result.previous = state_.play(result.name, submitted.latency_frames);
  result.frame = outcome.heard_at();
  result.fade_frames = outcome.fade_frames;
  result.skipped_frames = outcome.skipped_frames;
  result.level_before = outcome.level_before;
  result.level_after = outcome.level_after;
  result.measured_load = measured_load();
  result.xruns = xruns - result.xruns;
  result.rev = state_.rev();
  fade_ = {.name = result.name, .xruns = xruns};
  audio_.fade_load.restart();
  return result;
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
  auto change = std::make_unique<engine::Change>();
  change->incoming = std::move(path);
  driver_.submit(change, [](const engine::Change&) {});
  swapped_();
  state_.changed();
}

void SoundChanges::match_anew(const std::string& name) {
  SoundChange change{.what = "swap", .swap = SoundChange::Swap{name, state_.settings()[Setting::fade_ms]}};
  const auto log = [name](const std::exception_ptr& failure, const SoundResult&) {
    if (failure) spdlog::debug("\"{}\" is not matched anew: something else was swapped in", name);
  };
  boost::asio::co_spawn(control_, carry_out(std::move(change), nullptr, 0), log);
}

void SoundChanges::make_anew(const std::string& name) {
  for (engine::Change* const command : open_.commands_to(name)) command->cancel();
}

// They end at once, or are under way already and will be audible.
boost::asio::awaitable<std::vector<std::uint64_t>> SoundChanges::cancel(protocol::CancelRequest request) {
  std::vector<OpenChange*> changes;
  if (request.id) {
    changes = {open_.find_waiting(*request.id)};
    if (changes.front() == nullptr)
      throw ProtocolError(ErrorCode::not_found,
                          "no change " + std::to_string(*request.id) + " waits for its time; see `pending`",
                          {{"id", *request.id}});
  } else {
    changes = open_.waiting();
    std::erase_if(changes, [&](OpenChange* change) { return open_.find_waiting(change->id()) == nullptr; });
  }
  std::vector<std::pair<std::uint64_t, Promise<bool>>> ends;
  for (OpenChange* const change : changes) {
    ends.emplace_back(change->id(), change->ended());
    change->cancel();
    if (change->command != nullptr) change->command->cancel();
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
