#include "player/state/player_state.h"

#include <utility>

#include "protocol/parameter_json.h"

namespace namrack::player {
using protocol::ErrorCode;
using protocol::ProtocolError;
using protocol::Topic;

void PlayerState::require_rev(const protocol::IfRev& expected) const {
  if (expected && *expected != rev_)
    throw ProtocolError(ErrorCode::conflict,
                        "the revision is " + std::to_string(rev_) + ", not " + std::to_string(*expected),
                        {{"rev", rev_}});
}

void PlayerState::publish_change(Topic topic, std::optional<std::uint64_t> frame,
                                 const boost::json::object& data, Origin origin) {
  ++rev_;
  publish(topic, frame, data, origin);
}

std::uint64_t PlayerState::count_change() {
  ++rev_;
  changed();
  return rev_;
}

void PlayerState::publish(Topic topic, std::optional<std::uint64_t> frame, const boost::json::object& data,
                          Origin origin) {
  events_.publish(topic, rev_, frame, data, origin);
}

void PlayerState::changed() const {
  if (changed_) changed_();
}

std::optional<std::string> PlayerState::play(std::optional<std::string> name, std::uint32_t latency_frames) {
  ++rev_;
  rebuilt(latency_frames);
  return std::exchange(current_, std::move(name));
}

void PlayerState::rebuilt(std::uint32_t latency_frames) {
  rate_fault_.reset();
  latency_frames_ = latency_frames;
}

void PlayerState::cannot_play(std::string rate_fault) {
  rate_fault_ = std::move(rate_fault);
}

void PlayerState::adopt_bypass(bool bypassed, std::optional<std::uint64_t> frame, Origin origin) {
  if (std::exchange(bypassed_, bypassed) != bypassed)
    publish_change(Topic::bypass, frame, {{"bypass", bypassed_}, {"applied", frame.has_value()}}, origin);
}

void PlayerState::adopt_settings(const SettingChanges& changes, std::optional<std::uint64_t> frame,
                                 Origin origin) {
  const Settings former = settings_;
  settings_ = changes.applied_to(former);
  if (settings_ != former)
    publish_change(Topic::params, frame, protocol::values_json(kSettings, settings_), origin);
}

}  // namespace namrack::player
