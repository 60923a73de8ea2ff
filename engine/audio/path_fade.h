#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "engine/audio/change.h"
#include "engine/audio/crossfade.h"
#include "engine/audio/path.h"
#include "engine/audio/recent_input.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// The path that plays, and while a fade runs the one that takes its place. One thread at a time; what is
/// noexcept is real-time safe.
class PathFade {
 public:
  /// `input` is what paths have listened to.
  explicit PathFade(const RecentInput& input) : input_(&input) {}

  /// Only while no fade runs: plays `path` from now on, and returns what played.
  std::unique_ptr<Path> replace(std::unique_ptr<Path> path) NAMRACK_REALTIME;

  /// Begins to fade to `incoming`, in so many frames from end to end. Only while no fade runs.
  void begin(std::unique_ptr<Path> incoming, FadeKind kind, std::uint32_t frames) NAMRACK_REALTIME;
  bool is_running() const NAMRACK_REALTIME { return phase_ != Phase::none; }
  /// Frames until go_on() has to be called; no block may be longer. 0 while no fade runs.
  std::size_t left() const NAMRACK_REALTIME { return fade_.left(); }
  /// Makes what is left of the fade, or of this half of one through zero, last `frames` at most.
  void hurry(std::size_t frames) NAMRACK_REALTIME { fade_.hurry(frames); }
  /// Goes on with the fade's next part, in at most `frames`. Returns true when the fade is over.
  bool go_on(std::size_t frames) NAMRACK_REALTIME;
  /// The path that was faded out, once the fade is over.
  std::unique_ptr<Path> take_outgoing() NAMRACK_REALTIME { return std::move(outgoing_); }

  /// For what will be heard; what fades out keeps its settings.
  void apply(const Settings& settings) NAMRACK_REALTIME { newest().apply(settings); }
  void end_ramps() NAMRACK_REALTIME { newest().end_ramps(); }
  /// RMS of what plays, over the last moments.
  float level() const NAMRACK_REALTIME { return current_->level(); }

  /// In place. Returns false when a path put out what is no sound, and had to start afresh.
  bool process(const Block& block) NAMRACK_REALTIME;

 private:
  enum class Phase : std::uint8_t { none, crossfading, fading_out, fading_in };

  Path& newest() NAMRACK_REALTIME { return incoming_ ? *incoming_ : *current_; }

  const RecentInput* input_;
  std::unique_ptr<Path> current_;
  std::unique_ptr<Path> incoming_;  ///< until it is alone, or the other one is silent
  std::unique_ptr<Path> outgoing_;
  Phase phase_ = Phase::none;
  std::size_t shared_ = 0;         ///< stages at the beginning of both, which are the incoming one's
  Crossfade fade_;                 ///< first: the current path; second: the incoming one, or silence
  std::uint32_t second_half_ = 0;  ///< frames of a fade through zero
  BlockMemory other_;
};

}  // namespace namrack::engine
