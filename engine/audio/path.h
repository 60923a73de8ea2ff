#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/audio/levels.h"
#include "engine/audio/recent_input.h"
#include "engine/audio/stage.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// The signal's way through a rig: stages, one after the other. Each path is whole by itself and keeps its
/// own settings, so that one sound can fade into a louder one without either changing.
///
/// A path that is to take the place of one that plays first listens to the rig's past input, so that it
/// sounds as if it had always been running. Where it has to leave some of that out, the two ends of the input
/// are faded into each other in front of the first stage that remembers: a jump would be heard again from
/// everything that it passes.
///
/// The stages at the beginning that are the same in both paths are shared from then on: those that play move
/// into the path that comes, keep their state, and run once while both are heard.
///
/// Built and taken apart off the audio thread; between that, on one thread at a time. What is noexcept is
/// real-time safe.
class Path {
 public:
  using Stages = std::vector<std::unique_ptr<Stage>>;

  /// In which input that begins in the middle of a sound, or leaves some out, is faded in.
  static constexpr std::size_t kSeamFrames = 256;

  /// `sample_rate`, in Hz, is that of all stages. The settings are the default ones.
  Path(double sample_rate, Stages stages);

  double sample_rate() const { return sample_rate_; }
  const Stages& stages() const NAMRACK_REALTIME { return stages_; }
  /// Takes the path apart.
  Stages take_stages() && { return std::move(stages_); }

  /// Frames of past input that decide what comes out: with a small difference, and with none.
  std::size_t memory_frames() const NAMRACK_REALTIME { return memory_frames_; }
  std::size_t whole_memory_frames() const NAMRACK_REALTIME { return memory_frames_ + settling_frames_; }
  std::size_t latency_frames() const NAMRACK_REALTIME;

  /// The ramps begin here.
  void apply(const Settings& settings) NAMRACK_REALTIME;
  void end_ramps() NAMRACK_REALTIME;
  /// In place, at most kMaxFrames. Returns false when a stage put out what is no sound, and it and all behind
  /// it had to start afresh.
  bool process(const Block& block) NAMRACK_REALTIME { return process(block, 0, stages_.size()); }
  /// The same of the stages from `first` to before `end`.
  bool process(const Block& block, std::size_t first, std::size_t end) NAMRACK_REALTIME;
  /// For a path whose first stages are those of `other`, which has run them.
  void take_key(Path& other, std::size_t frames) NAMRACK_REALTIME;
  /// RMS of what comes out, over the last moments; linear.
  float level() const NAMRACK_REALTIME;

  // ---- Joining a rig that plays ---------------------------------------------------------------------------

  /// Begins to listen to `input`, `frames` and a seam before its end or where it begins, as if before that
  /// there had been silence.
  void begin_to_listen(const RecentInput& input, std::size_t frames) NAMRACK_REALTIME;
  /// Runs what `input` has for it, at most `frames`, through all stages at the settings that were applied; of
  /// that, only what can still be heard in what comes out. What is not there any more counts as silence.
  void listen(const RecentInput& input, std::size_t frames) NAMRACK_REALTIME;
  /// Instead of the two above, for a path that is as it was built or reset: it will have heard nothing of
  /// `input` when it goes live, and is faded in as after a silence; the `frames` before its end count as
  /// skipped. Takes no time.
  void hear_nothing(const RecentInput& input, std::size_t frames) NAMRACK_REALTIME;
  bool listens() const NAMRACK_REALTIME { return heard_until_.has_value(); }
  /// Frames of `input` that it has yet to hear; 0 when it does not listen.
  std::uint64_t lag(const RecentInput& input) const NAMRACK_REALTIME {
    return heard_until_ ? input.end() - *heard_until_ : 0;
  }
  /// The last of them that decide what comes out.
  std::uint64_t skipped_frames(const RecentInput& input) const NAMRACK_REALTIME;
  /// Ends listening: the live input follows, and what it has not heard is left out. Shares stages with
  /// `playing`, which has its own in their places afterwards; returns how many.
  std::size_t go_live(const RecentInput& input, Path& playing) NAMRACK_REALTIME;

 private:
  std::size_t common_stages(const Path& other) const NAMRACK_REALTIME;
  void make_seam(const RecentInput& input, std::size_t shared) NAMRACK_REALTIME;
  void add_seam(const Block& block) NAMRACK_REALTIME;

  double sample_rate_;
  Stages stages_;
  std::size_t factors_ = 0;  ///< stages at the beginning that only multiply: the seam is behind them
  std::size_t memory_frames_ = 0, settling_frames_ = 0, period_frames_ = 1;
  bool has_key_ = false;  ///< whether a stage hears it
  BlockMemory key_;
  std::optional<std::uint64_t> heard_until_;  ///< in frames of the rig's input; nullopt: does not listen
  std::size_t entry_left_ = 0;                ///< frames of the first fade, while it listens

  /// Behind the end of what it has heard, the input as it would have gone on.
  struct Seam {
    std::size_t stage = 0;  ///< in front of which it is
    const RecentInput* input = nullptr;
    std::uint64_t at = 0;  ///< frame of `input`
    float factor = 1.0F;
    std::size_t length = 0, left = 0;  ///< frames
    bool is_made = false;              ///< `samples` have passed the stages before it already
    std::array<float, kSeamFrames> samples{};
  };
  Seam seam_;
};

}  // namespace namrack::engine
