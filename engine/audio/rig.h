#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "engine/audio/chain.h"
#include "engine/audio/change_trip.h"
#include "engine/audio/live_input.h"
#include "engine/audio/live_output.h"
#include "engine/audio/schedule.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// Plays one mono voice: input guard -> path (two of them while a swap crossfades) -> bypass crossfade
/// with the dry input -> mute -> peak guard -> meters. A new rig has a path without a model (paths.h).
///
/// Two threads share a rig. The control thread submits changes and polls them when they come back; the audio
/// thread calls process(). At most kMaxOpen changes are open at a time, and kMaxActions of the audio thread's
/// own.
///
/// A path that listens to recent_input() when it is submitted is first run on what it has missed, half as
/// fast again as the input arrives, and is faded in when it has caught up; or at its at_frame or after
/// Chain::kMostWaitSeconds, whatever it has heard until then. One that does not listen is faded in at once,
/// as after a silence. A swap that comes while another one's crossfade runs shortens what is left of that to
/// Chain::kHurrySeconds.
class Rig {
 public:
  static constexpr std::size_t kMaxOpen = ChangeTrip::kMaxOpen;
  static constexpr std::size_t kMaxActions = ChangeTrip::kMaxActions;

  /// `sample_rate` in Hz. Allocates.
  explicit Rig(double sample_rate);
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  // ---- Control thread -------------------------------------------------------------------------------------

  /// The rig carries out `change` from its frame on. The object must live until poll() has returned it as
  /// one that is over, or the rig has ended. False, and nothing happens, while too many are open.
  bool submit(Change& change) { return trip_.submit(change); }
  /// The next change that has begun or is over, as its state says; null: none. One that the audio thread has
  /// made by itself (act()) is valid until the next call.
  Change* poll() { return trip_.poll(); }
  /// Whether something has come back to be polled since the last call.
  bool take_news() { return trip_.take_news(); }

  /// Only while no audio thread runs: carries out all open changes at once, without fades; ends running
  /// fades. They come back from poll().
  void apply_idle();
  /// Only while no audio thread runs. Takes out the playing path, which was built for the former rate, and
  /// returns it; in its place comes one without a model.
  std::unique_ptr<Path> set_sample_rate(double sample_rate);

  // ---- Audio thread ---------------------------------------------------------------------------------------

  /// Real-time safe. Mono; any number of frames, as many in as out. Both may be the same memory.
  /// `first_frame` counts on from block to block and is never 0; a jump (an xrun) is allowed.
  void process(ConstBlock in, Block out, std::uint64_t first_frame) NAMRACK_REALTIME;

  /// Real-time safe. Carries out `action` at `frame`, which must be one of the block that is processed next.
  /// False, and nothing happens, while too many wait to be polled.
  bool act(const Action& action, std::uint64_t frame) NAMRACK_REALTIME;
  /// Real-time safe. As they are before the block that is processed next.
  const Settings& settings() const NAMRACK_REALTIME { return chain_.settings(); }
  /// In Hz. Either thread.
  double sample_rate() const NAMRACK_REALTIME { return chain_.sample_rate(); }

  // ---- Any thread -----------------------------------------------------------------------------------------

  /// Any one thread reads them.
  Meter& input_meter() { return input_.meter(); }
  Meter& output_meter() { return output_.meter(); }
  /// Fades the whole output to silence and back: for starting and stopping without a click.
  void mute(bool on) { output_.mute(on); }
  /// True when muting was asked for and the output has become silent.
  bool is_silent() const { return output_.is_silent(); }
  /// The input, for paths that are to join (Path::begin_to_listen).
  const RecentInput& recent_input() const { return input_.recent(); }
  /// How often what came out of a stage was no sound, was replaced by silence, and the stage started afresh.
  std::uint64_t faults() const { return faults_.load(std::memory_order_relaxed); }
  /// How many blocks brought input that was not finite, or louder than any sound, and was replaced by
  /// silence.
  std::uint64_t input_faults() const { return input_.faults(); }

 private:
  void receive(std::uint64_t first_frame) NAMRACK_REALTIME;
  void process_part(const ConstBlock& in, const Block& out) NAMRACK_REALTIME;

  ChangeTrip trip_;
  Schedule schedule_;
  LiveInput input_;
  Chain chain_{trip_, input_.recent()};
  LiveOutput output_;
  BlockMemory dry_;
  std::atomic<std::uint64_t> faults_{0};
};

}  // namespace namrack::engine
