// The part of the player that changes what is heard.

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cmath>
#include <utility>

#include "engine/audio/paths.h"
#include "player/or_null.h"
#include "player/player.h"
#include "player/spawn.h"
#include "protocol/parameter_json.h"

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

boost::asio::awaitable<SwapResult> Player::swap(protocol::SwapRequest request, Origin origin) {
  require_rev(request.if_rev);
  if (request.name) require_entry(*request.name);
  if (request.name) require_not_held(*request.name, nullptr);
  if (request.name == current_ && !rate_fault_ && !open_changes_.any_swap() && request.when.is_now()) {
    newest_submitted_swap_ = ++last_change_;  // what was asked for before it must not end it
    co_return unchanged_swap();
  }
  SoundChange change{
      .what = "swap",
      .swap = SoundChange::Swap{request.name, request.fade_ms.value_or(settings_[Setting::fade_ms])},
      .when = request.when,
      .if_rev = request.if_rev};
  SoundResult result = co_await change_sound(std::move(change), nullptr, origin);
  co_return std::move(*result.swap);
}

boost::asio::awaitable<SoundResult> Player::bypass(protocol::BypassRequest request, Origin origin) {
  require_rev(request.if_rev);
  SoundChange change{.what = "bypass", .bypass = request.to, .when = request.when, .if_rev = request.if_rev};
  co_return co_await change_sound(std::move(change), nullptr, origin);
}

boost::asio::awaitable<SoundResult> Player::set(protocol::SetRequest request, Origin origin) {
  driver_.catch_up();  // a pedal may have changed what the state still says
  require_rev(request.if_rev);
  const bool changes = request.changes.applied_to(settings_) != settings_;
  if (!changes && !open_changes_.any_settings() && request.when.is_now())
    co_return SoundResult{.bypass = bypassed_, .settings = settings_, .frame = current_frame(), .rev = rev_};
  SoundChange change{.settings = request.changes, .when = request.when, .if_rev = request.if_rev};
  co_return co_await change_sound(std::move(change), nullptr, origin);
}

std::optional<std::uint64_t> Player::current_frame() const {
  if (!driver_.is_running()) return std::nullopt;
  return audio_.frame.load(std::memory_order_relaxed);
}

SwapResult Player::unchanged_swap() const {
  SwapResult result = describe_swap({}, {.name = current_}, nullptr, std::nullopt, 0);
  result.previous = current_;
  result.frame = current_frame();
  result.predicted_overlap = result.predicted_load;
  result.fade_kind = engine::FadeKind::crossfade;
  result.rev = rev_;
  return result;
}

// Everything that is heard goes this way: when its time is near, the model is made to join; then one command
// takes all of it to the rig. `group` is what else is to be done when it is audible, or not at all.
boost::asio::awaitable<SoundResult> Player::change_sound(SoundChange change, std::shared_ptr<Group> group,
                                                         Origin origin) {
  if (change.if_rev) {
    co_await wait_for_open_changes();
    require_rev(change.if_rev);
  }
  OpenChange open(open_changes_, control_, change, origin);
  const std::uint64_t order = change.order > 0 ? change.order : ++last_change_;
  const std::uint64_t xruns = audio_.xruns.load(std::memory_order_relaxed);
  for (;;) {
    std::optional<SoundResult> result = co_await try_change(change, group, order, xruns, open);
    if (result) co_return std::move(*result);
  }
}

// nullopt: its model was replaced while it waited in the rig; it is to be made ready anew.
boost::asio::awaitable<std::optional<SoundResult>> Player::try_change(SoundChange change,
                                                                      std::shared_ptr<Group> group,
                                                                      std::uint64_t order,
                                                                      std::uint64_t xruns, OpenChange& open) {
  co_await wait_until_near(change.when, open);
  open.frame = frame_of(change.when);
  Joining joining;
  if (change.swap && change.swap->name && change.swap->is_missing)
    joining.name = change.swap->name;
  else if (change.swap && change.swap->name)
    joining = co_await prepare_to_join(*change.swap->name, group, change, open.frame);
  try {
    open.require_wanted();
    // A scene that keeps what plays has chosen it all the same.
    if ((change.swap || change.scene) && open.is_now()) {
      if (order < newest_submitted_swap_)
        throw ProtocolError(ErrorCode::superseded, "a newer swap was ready before it");
      newest_submitted_swap_ = order;
    }
  } catch (...) {
    take_back(std::move(joining.path));
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

std::optional<double> Player::predicted_load() const {
  const BankEntry* const entry = current_ ? bank_.find(*current_) : nullptr;
  return entry != nullptr ? entry->predicted_load : 0.0;
}

boost::asio::awaitable<SoundResult> Player::submit(SoundChange change, Joining joining,
                                                   std::shared_ptr<Group> group, std::uint64_t order,
                                                   std::uint64_t xruns, OpenChange& open) {
  if (change.scene) {
    driver_.catch_up();  // a pedal may have moved meanwhile
    change.settings = kept_.leaving(change.settings, settings_);
  }
  auto command = std::make_unique<engine::Change>();
  Submitted submitted{.change = change, .group = std::move(group), .open = &open};
  if (change.swap) {
    submitted.swap = describe_swap(change, joining, submitted.group.get(), open.frame, xruns);
    const bool mutes = change.swap->is_missing && change.settings.applied_to(settings_).as<OnMissing>(
                                                      Setting::on_missing) == OnMissing::mute;
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
    take_back(std::move(command->incoming));
    throw ProtocolError(ErrorCode::limit, kTooManyCommands);
  }
  ++commands_given_;
  co_return co_await Promise<SoundResult>::wait(promise);
}

SwapResult Player::describe_swap(const SoundChange& change, const Joining& joining, const Group* group,
                                 std::optional<std::uint64_t> at_frame, std::uint64_t xruns) const {
  SwapResult result;
  result.name = joining.name;
  result.requested_frame = at_frame;
  result.heard_frames = joining.heard_frames;
  result.prepare_ms = joining.prepare_ms;
  result.xruns = xruns;
  if (const BankEntry* const entry = joining.name ? find_entry(*joining.name, group) : nullptr) {
    result.load_ms = entry->load_ms;
    result.predicted_load = entry->predicted_load;
    const Settings wanted = change.settings.applied_to(settings_);
    const auto& levels = entry->model->info().levels;
    result.match_db = double{engine::level_adjustment(wanted, levels, entry->measured_loudness_db).output_db};
    result.warnings = engine::level_warnings(wanted.as<LevelMode>(Setting::level_mode), levels,
                                             entry->measured_loudness_db);
  } else {
    result.predicted_load = 0.0;
  }
  result.catches_up = joining.catches_up;
  const std::optional<double> playing = predicted_load();
  if (!result.predicted_load || !playing) return result;
  result.predicted_overlap = *playing + *result.predicted_load;
  // What is too much for a block is not begun on the audio thread.
  result.catches_up = joining.catches_up && (result.predicted_overlap <= budgets_.cpu ||
                                             audio_.freewheeling.load(std::memory_order_relaxed));
  const bool side_by_side =
      result.predicted_load == 0.0 || playing == 0.0 || result.predicted_overlap <= budgets_.cpu;
  if (!side_by_side) result.fade_kind = engine::FadeKind::through_zero;
  return result;
}

void Player::finish(const Submitted& submitted, const engine::Change& outcome,
                    const Promise<SoundResult>& promise) {
  using State = engine::Change::State;
  submitted.open->command = nullptr;
  if (outcome.state == State::cancelled) {
    promise.fail(std::make_exception_ptr(ProtocolError(ErrorCode::cancelled, "it was cancelled")));
    return;
  }
  if (outcome.state == State::superseded) {
    promise.fail(std::make_exception_ptr(
        ProtocolError(ErrorCode::superseded, "a newer swap took its place before it began")));
    return;
  }
  if (outcome.state == State::too_late) {
    const std::uint64_t now = audio_.frame.load(std::memory_order_relaxed);
    promise.fail(std::make_exception_ptr(
        ProtocolError(ErrorCode::too_late, "the time asked for has already passed", {{"frame", now}})));
    return;
  }
  promise.set(adopt(submitted, outcome));
  if (submitted.swap) report_files();
  if (submitted.swap) report_rate();
  changed();
}

// What the audio thread has changed by itself.
void Player::adopt_action(const engine::Change& change) {
  const SettingChanges& settings = change.action.settings;
  adopt_bypass(change.bypassed, change.heard_at(), 0);
  adopt_settings(settings, change.heard_at(), 0);
  if (change.action.is_kept) kept_.note(settings);
  changed();
}

void Player::adopt_bypass(bool bypassed, std::optional<std::uint64_t> frame, Origin origin) {
  if (std::exchange(bypassed_, bypassed) != bypassed)
    events_.publish(Topic::bypass, next_rev(), frame, {{"bypass", bypassed_}, {"applied", frame.has_value()}},
                    origin);
}

void Player::adopt_settings(const SettingChanges& changes, std::optional<std::uint64_t> frame,
                            Origin origin) {
  const Settings settings = changes.applied_to(settings_);
  const Settings former = std::exchange(settings_, settings);
  if (former == settings) return;
  events_.publish(Topic::params, next_rev(), frame, protocol::values_json(kSettings, settings_), origin);
  if (former[Setting::on_missing] != settings[Setting::on_missing] && is_current_missing())
    spawn(control_, "muting a missing model", change_to_missing(*current_));
}

// Makes what is audible now the state, and publishes it.
SoundResult Player::adopt(const Submitted& submitted, const engine::Change& outcome) {
  if (submitted.group) commit(*submitted.group, submitted.open->origin());
  SoundResult result{.frame = outcome.heard_at()};
  if (submitted.swap) {
    result.swap = finish_swap(*submitted.swap, outcome);
    latency_frames_ = submitted.latency_frames;
    events_.publish(Topic::swap, rev_, outcome.heard_at(), swap_report(*result.swap),
                    submitted.open->origin());
  }
  adopt_bypass(outcome.bypassed, outcome.heard_at(), submitted.open->origin());
  adopt_settings(submitted.change.settings, outcome.heard_at(), submitted.open->origin());
  if (const auto& scene = submitted.change.scene; scene && scenes_.has(scene->name)) {
    scenes_.go_to(scene->name, scene->place);
    publish_scene("recalled", scene->name, submitted.open->origin());
    return_to_pedals();
  }
  result.bypass = bypassed_;
  result.settings = settings_;
  result.rev = rev_;
  return result;
}

// A pedal that moved after the recall had been given to the rig, and before it was heard, in a setting that
// the recall changed.
void Player::return_to_pedals() {
  const SettingChanges missing = kept_.missing(settings_);
  if (missing.is_empty()) return;
  const auto log = [](const std::exception_ptr& failure, const SoundResult&) {
    if (failure) spdlog::warn("a setting could not be returned to its pedal; move the pedal");
  };
  boost::asio::co_spawn(control_, set({.changes = missing}, 0), log);
}

SwapResult Player::finish_swap(SwapResult result, const engine::Change& outcome) {
  const std::uint64_t xruns = audio_.xruns.load(std::memory_order_relaxed);
  result.previous = std::exchange(current_, result.name);
  rate_fault_.reset();
  result.frame = outcome.heard_at();
  result.fade_frames = outcome.fade_frames;
  result.skipped_frames = outcome.skipped_frames;
  result.level_before = outcome.level_before;
  result.level_after = outcome.level_after;
  result.measured_load = measured_load();
  result.xruns = xruns - result.xruns;
  result.rev = next_rev();
  fade_ = {.name = current_, .xruns = xruns};
  audio_.fade_load.restart();
  return result;
}

std::optional<double> Player::measured_load() const {
  for (const engine::DspLoad* load : {&audio_.recent_load, &audio_.load}) {
    const engine::DspLoad::Snapshot snapshot = load->snapshot();
    if (driver_.is_running() && snapshot.blocks > 0) return snapshot.mean;
  }
  return std::nullopt;
}

// Nothing of the state changes, but how dear the fade was is known only now.
void Player::report_fade(const engine::Change& change) {
  if (change.end_frame == 0) return;  // nobody has heard it
  const engine::DspLoad::Snapshot load = audio_.fade_load.snapshot();
  const bool measured = load.blocks > 0;
  events_.publish(Topic::faded, rev_, change.end_frame,
                  {{"name", or_null(fade_.name)},
                   {"load_mean", measured ? json::value(load.mean) : json::value(nullptr)},
                   {"load_max", measured ? json::value(load.max) : json::value(nullptr)},
                   {"xruns", audio_.xruns.load(std::memory_order_relaxed) - fade_.xruns}},
                  0);
}

}  // namespace namrack::player
