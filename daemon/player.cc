#include "daemon/player.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace namrack::daemon {
namespace json = boost::json;
using protocol::ErrorCode;
using protocol::ProtocolError;
using protocol::Topic;
namespace {

json::value name_json(const std::optional<std::string>& name) {
  return name ? json::value(json::string(*name)) : json::value(nullptr);
}

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

ProtocolError too_many_commands() {
  return {ErrorCode::limit, "too many commands wait for their frame"};
}

}  // namespace

/// A swap that the rack has not begun yet.
struct Player::PendingSwap {
  std::optional<std::string> name;
  std::uint32_t latency_frames = 0;
  Origin origin = 0;
  Promise<SwapResult> promise;
};

Player::Player(boost::asio::io_context& control, AudioState& audio, Worker& readers, Worker& builder,
               EventHub& events, ModelPaths paths)
    : control_(control),
      audio_(audio),
      readers_(readers),
      builder_(builder),
      events_(events),
      paths_(std::move(paths)),
      driver_(control, audio.rack,
              [this](std::unique_ptr<engine::RackModel> instance) { take_back(std::move(instance)); }) {
  apply_settings();
  set_running(false);
}

// Between two connections the rack is muted, so that the sound always fades in.
void Player::set_running(bool running) {
  audio_.rack.params().muted = !running;
  driver_.set_running(running);
}

void Player::require_rev(const protocol::IfRev& expected) const {
  if (expected && *expected != rev_)
    throw ProtocolError(ErrorCode::conflict,
                        "the revision is " + std::to_string(rev_) + ", not " + std::to_string(*expected),
                        {{"rev", rev_}});
}

BankEntry& Player::require_entry(const std::string& name) {
  BankEntry* entry = bank_.find(name);
  if (entry == nullptr)
    throw ProtocolError(ErrorCode::not_found, "no model named \"" + name + "\" is loaded", {{"name", name}});
  return *entry;
}

boost::asio::awaitable<SwapResult> Player::swap(protocol::SwapRequest request, Origin origin) {
  require_rev(request.if_rev);
  if (request.name) require_entry(*request.name);
  if (request.name == current_ && pending_swaps_ == 0 && !request.at_frame) co_return unchanged_swap();

  std::unique_ptr<engine::RackModel> instance;
  if (request.name) instance = co_await instance_of(*request.name, request.if_rev);
  // Frame 0 means "at once" to the rack; a client that names it means a moment long gone.
  const std::uint64_t at_frame =
      request.at_frame ? std::max<std::uint64_t>(*request.at_frame, 1) : engine::Rack::kNow;
  co_return co_await submit_swap(std::move(instance), request.name,
                                 request.fade_ms.value_or(settings_.fade_ms), at_frame, origin);
}

SwapResult Player::unchanged_swap() const {
  SwapResult result;
  result.name = result.previous = current_;
  if (driver_.is_running()) result.frame = audio_.frame.load(std::memory_order_relaxed);
  result.rev = rev_;
  return result;
}

boost::asio::awaitable<SwapResult> Player::submit_swap(std::unique_ptr<engine::RackModel> instance,
                                                       std::optional<std::string> name, double fade_ms,
                                                       std::uint64_t at_frame, Origin origin) {
  const auto fade_frames =
      static_cast<std::uint32_t>(std::lround(fade_ms * 1e-3 * audio_.rack.sample_rate()));
  const Promise<SwapResult> promise(control_.get_executor());
  const auto latency = instance ? static_cast<std::uint32_t>(instance->latency_frames()) : 0U;
  const PendingSwap pending{name, latency, origin, promise};
  ++pending_swaps_;
  if (name) pending_names_.insert(*name);
  RackDriver::Completion done = [this, pending](const Outcome& outcome) { finish_swap(pending, outcome); };
  if (!driver_.swap(instance, fade_frames, at_frame, std::move(done))) {
    --pending_swaps_;
    if (name) pending_names_.erase(pending_names_.find(*name));
    take_back(std::move(instance));
    throw too_many_commands();
  }
  co_return co_await Promise<SwapResult>::wait(promise);
}

void Player::finish_swap(const PendingSwap& pending, const Outcome& outcome) {
  --pending_swaps_;
  if (pending.name) pending_names_.erase(pending_names_.find(*pending.name));
  if (outcome.kind == Outcome::Kind::superseded) {
    pending.promise.fail(std::make_exception_ptr(
        ProtocolError(ErrorCode::superseded, "a newer swap took its place before it began")));
    return;
  }
  if (outcome.kind == Outcome::Kind::too_late) {
    const std::uint64_t now = audio_.frame.load(std::memory_order_relaxed);
    pending.promise.fail(std::make_exception_ptr(
        ProtocolError(ErrorCode::too_late, "at_frame has already passed", {{"frame", now}})));
    return;
  }
  SwapResult result;
  result.previous = std::exchange(current_, pending.name);
  result.name = current_;
  result.frame = outcome.frame;
  result.fade_frames = outcome.fade_frames;
  result.rev = next_rev();
  latency_frames_ = pending.latency_frames;
  events_.publish(Topic::swap, rev_, outcome.frame,
                  {{"name", name_json(result.name)},
                   {"previous", name_json(result.previous)},
                   {"fade_frames", result.fade_frames},
                   {"applied", result.applied()}},
                  pending.origin);
  pending.promise.set(std::move(result));
  changed();
}

boost::asio::awaitable<BypassResult> Player::bypass(protocol::BypassRequest request, Origin origin) {
  require_rev(request.if_rev);
  const Promise<BypassResult> promise(control_.get_executor());
  RackDriver::Completion done = [this, promise, origin](const Outcome& outcome) {
    BypassResult result{outcome.bypassed, outcome.frame, rev_};
    if (std::exchange(bypassed_, outcome.bypassed) != outcome.bypassed) {
      result.rev = next_rev();
      events_.publish(Topic::bypass, rev_, outcome.frame,
                      {{"bypass", bypassed_}, {"applied", result.applied()}}, origin);
      changed();
    }
    promise.set(result);
  };
  if (!driver_.bypass(to_engine(request.to), std::move(done))) throw too_many_commands();
  co_return co_await Promise<BypassResult>::wait(promise);
}

void Player::unload(const protocol::UnloadRequest& request, Origin origin) {
  require_rev(request.if_rev);
  require_entry(request.name);
  if (current_ == request.name || pending_names_.contains(request.name))
    throw ProtocolError(ErrorCode::busy,
                        "model \"" + request.name + "\" is audible; swap to another one first",
                        {{"name", request.name}});
  if (bank_.is_reserved(request.name))
    throw ProtocolError(ErrorCode::busy, "model \"" + request.name + "\" is being replaced",
                        {{"name", request.name}});
  discard(bank_.take(request.name));
  events_.publish(Topic::bank, next_rev(), std::nullopt, {{"change", "unloaded"}, {"name", request.name}},
                  origin);
  changed();
}

void Player::set(const protocol::SetRequest& request, Origin origin) {
  require_rev(request.if_rev);
  const protocol::Settings wanted = protocol::apply_changes(settings_, request.changes);
  if (wanted == settings_) return;
  settings_ = wanted;
  apply_settings();
  events_.publish(Topic::params, next_rev(), std::nullopt, protocol::settings_to_json(settings_), origin);
  changed();
}

void Player::apply_settings() {
  engine::RackParams& params = audio_.rack.params();
  params.input_db = static_cast<float>(settings_.input_db);
  params.output_db = static_cast<float>(settings_.output_db);
  params.interface_dbu = static_cast<float>(settings_.interface_dbu);
  // Neither module knows the other's enumerations, but both know the users' names.
  params.level_mode = engine::level_mode_from_name(protocol::level_mode_name(settings_.level_mode)).value();
  params.dc_blocker = engine::dc_block_from_name(protocol::dc_blocker_name(settings_.dc_blocker)).value();
}

void Player::changed() {
  if (changed_) changed_();
}

}  // namespace namrack::daemon
