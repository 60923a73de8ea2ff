#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "parameters/settings.h"
#include "player/event_hub.h"
#include "protocol/request.h"

namespace namrack::player {

/// The connection that asked for something; 0: the daemon itself.
using Origin = std::uint64_t;

/// The sound, as clients see it: current model, bypass and settings, and the revision that counts each of
/// their changes and those of whatever else clients share. Thread: control.
class PlayerState {
 public:
  explicit PlayerState(EventHub& events) : events_(events) {}

  // ---- The revision ---------------------------------------------------------------------------------------

  std::uint64_t rev() const { return rev_; }
  /// Throws E_CONFLICT.
  void require_rev(const protocol::IfRev& expected) const;
  /// Counts a change and publishes it with the new revision.
  void publish_change(protocol::Topic topic, std::optional<std::uint64_t> frame,
                      const boost::json::object& data, Origin origin);
  /// Counts a change that somebody else publishes, and tells of it. Returns the new revision.
  std::uint64_t count_change();
  /// Publishes what is no change of its own, with the present revision.
  void publish(protocol::Topic topic, std::optional<std::uint64_t> frame, const boost::json::object& data,
               Origin origin);
  /// Tells that something which the state file keeps has changed, or the latency.
  void changed() const;
  void on_change(std::function<void()> callback) { changed_ = std::move(callback); }

  // ---- What is heard --------------------------------------------------------------------------------------

  /// nullopt: the dry signal. A model that is not there plays as `on_missing` says.
  const std::optional<std::string>& current() const { return current_; }
  bool is_bypassed() const { return bypassed_; }
  const Settings& settings() const { return settings_; }
  /// Delay of what plays, in frames.
  std::uint32_t latency_frames() const { return latency_frames_; }
  /// Why the current model, which is loaded, cannot be played at the server's sample rate.
  const std::optional<std::string>& rate_fault() const { return rate_fault_; }

  /// Another model has become audible. Returns the former one. The caller publishes it.
  std::optional<std::string> play(std::optional<std::string> name, std::uint32_t latency_frames);
  /// The current model has been built anew, or could not be: why.
  void rebuilt(std::uint32_t latency_frames);
  void cannot_play(std::string rate_fault);
  /// These publish what is new. `frame`: nullopt when no audio runs.
  void adopt_bypass(bool bypassed, std::optional<std::uint64_t> frame, Origin origin);
  void adopt_settings(const SettingChanges& changes, std::optional<std::uint64_t> frame, Origin origin);

 private:
  EventHub& events_;
  std::uint64_t rev_ = 1;
  std::optional<std::string> current_;
  bool bypassed_ = false;
  Settings settings_;
  std::uint32_t latency_frames_ = 0;
  std::optional<std::string> rate_fault_;
  std::function<void()> changed_;
};

}  // namespace namrack::player
