#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>

#include "engine/audio/change_trip.h"
#include "engine/audio/crossfade.h"
#include "engine/audio/path_fade.h"
#include "engine/audio/recent_input.h"
#include "engine/audio/schedule.h"
#include "engine/base/realtime.h"
#include "parameters/settings.h"

namespace namrack::engine {

/// The part of the rig that turns the input into the sound, and the changes that begin, run and end there:
/// the path that plays, one that waits or is faded in, the settings, and bypass. One thread at a time; what
/// is noexcept is real-time safe.
class Chain {
 public:
  static constexpr double kBypassSeconds = 0.010;
  static constexpr double kHurrySeconds = 0.020;
  /// In which a path has to catch up.
  static constexpr double kMostWaitSeconds = 0.5;

  /// Changes come back by `trip`; `input` is what paths listen to.
  Chain(ChangeTrip& trip, const RecentInput& input) : trip_(&trip), input_(&input), paths_(input) {}

  /// Only while no audio thread runs. Plays a path without a model; returns what played.
  std::unique_ptr<Path> set_sample_rate(double sample_rate);
  double sample_rate() const NAMRACK_REALTIME { return sample_rate_; }

  /// Begins `change` at `frame`, or lets it wait for what has to come first.
  void begin(Change& change, std::uint64_t frame) NAMRACK_REALTIME;
  /// Sends back the swap that waits, if it was cancelled.
  void give_up_cancelled(std::uint64_t frame) NAMRACK_REALTIME;
  /// Does what follows when everything before `frame` has been heard.
  void go_on(std::uint64_t frame) NAMRACK_REALTIME;
  /// At most `at_most`, of a block that begins at `frame`.
  std::size_t frames_until_next(std::uint64_t frame, std::size_t at_most) const NAMRACK_REALTIME;
  /// The next path to join hears what it has missed, half as fast again as the `frames` that have arrived.
  void let_listen(const Schedule& schedule, std::size_t frames) NAMRACK_REALTIME {
    if (waiting_ != nullptr || !schedule.is_empty()) let_next_listen(schedule, frames);
  }
  /// Writes the sound to `out`, other memory than `dry`. Returns false when a path put out what is no
  /// sound, and had to start afresh.
  bool process(const ConstBlock& dry, const Block& out) NAMRACK_REALTIME;

  /// Only while no audio thread runs: ends what runs; carries out what waits; carries out a change, all
  /// without fades.
  void end_now() NAMRACK_REALTIME;
  void carry_out_now(Change& change) NAMRACK_REALTIME;

  const Settings& settings() const NAMRACK_REALTIME { return settings_; }
  /// The peak that nothing may exceed, linear.
  float ceiling() const NAMRACK_REALTIME { return ceiling_; }

 private:
  static constexpr float kNoCeiling = std::numeric_limits<float>::infinity();

  std::size_t frames_in(double seconds) const NAMRACK_REALTIME {
    return static_cast<std::size_t>(std::lround(seconds * sample_rate_));
  }
  void let_next_listen(const Schedule& schedule, std::size_t frames) NAMRACK_REALTIME;
  bool is_ready(const Change& change, std::uint64_t frame) const NAMRACK_REALTIME;
  void begin_waiting(std::uint64_t frame) NAMRACK_REALTIME;
  void begin_swap(Change& change, std::uint64_t frame) NAMRACK_REALTIME;
  void end_fade(std::uint64_t frame) NAMRACK_REALTIME;
  void act(Change& change, std::uint64_t frame) NAMRACK_REALTIME;
  /// Does what a change asks for beside a swap.
  void adopt(const Action& action) NAMRACK_REALTIME;
  void adopt_settings(const SettingChanges& changes) NAMRACK_REALTIME;
  /// Gives a path that is not heard yet the settings that it will have.
  void prepare(Change& change) const NAMRACK_REALTIME;

  ChangeTrip* trip_;
  const RecentInput* input_;
  double sample_rate_ = 0.0;
  Settings settings_;
  float ceiling_ = kNoCeiling;
  PathFade paths_;
  Change* fading_ = nullptr;      ///< whose fade runs
  Change* waiting_ = nullptr;     ///< a swap that is due, but a fade runs or its path has not caught up
  std::uint64_t waits_from_ = 0;  ///< frame at which it was due
  Crossfade bypass_;              ///< first: what the paths make; second: the input
};

}  // namespace namrack::engine
