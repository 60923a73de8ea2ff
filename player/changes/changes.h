#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/audio/audio_state.h"
#include "player/changes/change.h"
#include "player/changes/joiner.h"
#include "player/changes/open_changes.h"
#include "player/changes/rig_driver.h"
#include "player/changes/timing.h"
#include "player/library/staging.h"
#include "player/promise.h"
#include "player/state/kept_values.h"

namespace namrack::player {

/// Carries out all changes of what is heard: waits until their time is near, has models made ready, gives the
/// rig one command with all parts of each, and makes what is audible then the state. Thread: control.
/// Requests throw ProtocolError, and then nothing has changed.
class SoundChanges {
 public:
  SoundChanges(boost::asio::io_context& control, Pulse& pulse, engine::AudioState& audio, Worker& listener,
               PlayerState& state, Library& library);

  /// Returns when the audio thread has begun the crossfade.
  boost::asio::awaitable<SwapResult> swap(protocol::SwapRequest request, Origin origin);
  /// These return when what they ask for is audible.
  boost::asio::awaitable<SoundResult> bypass(protocol::BypassRequest request, Origin origin);
  boost::asio::awaitable<SoundResult> set(protocol::SetRequest request, Origin origin);
  /// Anything. `group` (may be null) is what else is to be done when it is audible, or not at all.
  boost::asio::awaitable<SoundResult> carry_out(SoundChange asked, std::shared_ptr<Group> group,
                                                Origin origin);
  /// Ends changes that wait for their time, and returns those that will not happen.
  boost::asio::awaitable<std::vector<std::uint64_t>> cancel(protocol::CancelRequest request);

  /// Plays what `on_missing` says in the place of a model that should play and cannot. `rate_fault`: why it
  /// cannot be played at this sample rate, if that is why.
  boost::asio::awaitable<void> play_missing(std::string name, std::optional<std::string> rate_fault = {});
  /// Plays the current model, built anew, in the idle rig: nothing has changed for clients.
  void play_again(std::unique_ptr<engine::Path> path);
  /// Crossfades the model that plays into itself, as it is matched in level now.
  void match_anew(const std::string& name);
  /// Makes ready anew what waits for its time with a model of this name.
  void make_anew(const std::string& name);

  const OpenChanges& open() const { return open_; }
  const Timing& timing() const { return timing_; }
  /// The settings that a pedal moves while a scene is recalled.
  KeptValues& kept() { return kept_; }
  const KeptValues& kept() const { return kept_; }
  /// The number of a change that is asked for now, among all: SoundChange::order.
  std::uint64_t next_order() { return ++last_order_; }
  /// How many commands the rig has been given. A host that does not run in time waits for the one that it is
  /// waiting for.
  std::uint64_t commands_given() const { return commands_given_; }
  /// Takes in now what the rig has reported: a pedal may have changed what the state still says.
  void catch_up() { driver_.catch_up(); }
  /// The sound as it is, as the result of a change that changes nothing.
  SoundResult unchanged() const;

  /// An audio thread may call the rig from now on, or (false) certainly does not any more.
  void set_running(bool running);
  bool is_running() const { return driver_.is_running(); }

  /// Called when a scene has become audible.
  void on_recalled(std::function<void(const SoundChange::SceneChoice&, Origin)> callback) {
    recalled_ = std::move(callback);
  }
  /// Called when what plays is another model, or none, or another thing in place of one that is missing.
  void on_swapped(std::function<void()> callback) { swapped_ = std::move(callback); }

 private:
  /// The fade of the latest swap.
  struct Fade {
    std::optional<std::string> name;
    std::uint64_t xruns = 0;
  };

  boost::asio::awaitable<void> wait_for_open_changes();
  boost::asio::awaitable<void> make_ready(std::shared_ptr<Change> change);
  void submit(const std::shared_ptr<Change>& change);
  void complete_swap(Change& change);
  void describe_swap(SwapResult& result, const Settings& wanted, const Group* group) const;
  void begin(Change& change);
  std::optional<protocol::ProtocolError> failure_of(const Change& change) const;
  void adopt_action(const engine::Change& change);
  void adopt_settings(const SettingChanges& changes, std::optional<std::uint64_t> frame, Origin origin);
  void adopt(Change& change);
  void return_to_pedals();
  void adopt_swap(Change& change);
  SwapResult unchanged_swap() const;
  std::optional<double> measured_load() const;
  void report_fade(const engine::Change& change);

  boost::asio::io_context& control_;
  engine::AudioState& audio_;
  PlayerState& state_;
  Library& library_;
  OpenChanges open_;
  KeptValues kept_;
  Timing timing_;
  Joiner joiner_;
  RigDriver driver_;
  /// Swaps for now, in the order in which they were asked for: one that is ready late must not undo a newer
  /// one.
  std::uint64_t last_order_ = 0, newest_submitted_swap_ = 0;
  std::uint64_t commands_given_ = 0;
  Fade fade_;
  std::function<void(const SoundChange::SceneChoice&, Origin)> recalled_;
  std::function<void()> swapped_ = [] {};
};

}  // namespace namrack::player
