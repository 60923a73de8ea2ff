#include "daemon/player.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace namrack::daemon {
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

Player::Player(boost::asio::io_context& control, AudioState& audio, PlayerWorkers workers, EventHub& events,
               ModelPaths paths, Budgets budgets)
    : control_(control),
      audio_(audio),
      readers_(workers.readers),
      builder_(workers.builder),
      listener_(workers.listener),
      events_(events),
      paths_(std::move(paths)),
      budgets_(budgets),
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
  if (!driver_.bypass(to_engine(request.to), std::move(done)))
    throw ProtocolError(ErrorCode::limit, kTooManyCommands);
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
