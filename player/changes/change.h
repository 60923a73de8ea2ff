#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/audio/change.h"
#include "parameters/settings.h"
#include "player/library/group.h"
#include "player/promise.h"
#include "player/state/player_state.h"
#include "protocol/request.h"

namespace namrack::player {

/// What is asked of the sound, all of it audible from the same frame on.
struct SoundChange {
  struct Swap {
    std::optional<std::string> name = {};  ///< nullopt: the dry signal
    double fade_ms = 0.0;
    /// `name` cannot be played: what the setting on_missing says is heard in its place.
    bool is_missing = false;
  };
  std::string_view what = "set";  ///< the method that asked for it
  std::optional<Swap> swap = {};
  std::optional<protocol::Switch> bypass = {};
  SettingChanges settings = {};
  protocol::When when = {};
  protocol::IfRev if_rev = {};
  /// The scene that it makes audible, and its place in the setlist.
  struct SceneChoice {
    std::string name;
    std::optional<std::size_t> place = {};
  };
  std::optional<SceneChoice> scene = {};
  std::uint64_t order = 0;  ///< among all changes; 0: as it is asked for now
};

/// What became of a swap. Loads are fractions of the block's deadline.
struct SwapResult {
  std::optional<std::string> name = {}, previous = {};
  std::optional<std::uint64_t> frame = {};  ///< nullopt: no audio runs, applied when it does
  std::uint32_t fade_frames = 0;
  std::optional<std::uint64_t> requested_frame = {};  ///< nullopt: at once
  std::size_t heard_frames = 0;      ///< live input that the model was given before it was faded in
  std::uint32_t skipped_frames = 0;  ///< of the newest live input, for which there was no time
  bool catches_up = true;            ///< on the audio thread, with what it lacks
  std::vector<std::string> warnings = {};
  engine::FadeKind fade_kind = engine::FadeKind::crossfade;
  std::optional<double> load_ms = {};
  double match_db = 0.0;
  float level_before = 0.0F, level_after = 0.0F;                      ///< RMS, linear; 0: not known
  std::optional<double> predicted_load = {}, predicted_overlap = {};  ///< nullopt: not measured yet
  std::optional<double> measured_load = {};
  std::uint64_t xruns = 0;
  double prepare_ms = 0.0;  ///< building, if it was not ready, and hearing
  std::uint64_t rev = 0;
  bool applied() const { return frame.has_value(); }
};

/// As replies and events show it.
boost::json::object swap_report(const SwapResult& result);

/// What became of a SoundChange.
struct SoundResult {
  std::optional<SwapResult> swap = {};  ///< when it changed what plays
  bool bypass = false;
  Settings settings = {};
  std::optional<std::uint64_t> frame = {};  ///< nullopt: no audio runs, applied when it does
  std::uint64_t rev = 0;
  bool applied() const { return frame.has_value(); }
};

/// The fields that replies to all changes have: frame, applied, rev.
void add_outcome(boost::json::object& reply, const SoundResult& result);

/// One change of what is heard, from when it is asked for until nothing more will come of it: what was asked,
/// where it is (`state`), and what has come of it. What it is derived from makes the trip to the rig and
/// back. Thread: control.
class Change : public engine::Change {
 public:
  Change(boost::asio::io_context& control, SoundChange wish, std::shared_ptr<Group> with, Origin origin_id);

  // ---- What was asked -------------------------------------------------------------------------------------

  SoundChange asked;
  /// What else is to be done when it is audible, or not at all; null: nothing.
  std::shared_ptr<Group> group;
  Origin origin;
  std::uint64_t id = 0;  ///< given by OpenChanges
  /// For at once, not for a time.
  bool is_now() const { return asked.when.is_now(); }
  bool swaps_to(const std::string& model) const { return asked.swap && asked.swap->name == model; }

  // ---- Where it is ----------------------------------------------------------------------------------------

  /// At which frame it is to happen, once that is known.
  std::optional<std::uint64_t> due_frame = {};
  bool is_in_rig() const { return state == State::submitted; }
  /// Asks for its end. It ends as soon as it looks, unless it begins before.
  void end();
  bool is_wanted() const { return is_wanted_; }
  /// Throws ProtocolError(cancelled) after end().
  void require_wanted();
  /// Waits until the time is over, or end().
  boost::asio::awaitable<void> nap(std::chrono::steady_clock::duration duration);
  /// Before it is made ready, for the first time or anew.
  void start_over();

  // ---- What has come of it --------------------------------------------------------------------------------

  /// Filled in on the way; whole when it has begun.
  SoundResult result;
  std::uint64_t xruns_before = 0;
  std::uint32_t latency_frames = 0;  ///< of what it brings
  /// True: it has begun. False: the rig has handed it back. Fails with why it never will.
  Promise<bool> begun;
  /// When nobody works at it any more. True: it was cancelled and has not taken effect.
  Promise<bool> ended;

 private:
  boost::asio::steady_timer wake_;
  bool is_wanted_ = true;
};

}  // namespace namrack::player
