#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "engine/audio/path.h"
#include "engine/base/realtime.h"
#include "parameters/settings.h"

namespace namrack::engine {

enum class BypassSwitch : std::uint8_t { off, on, toggle };

enum class FadeKind : std::uint8_t {
  crossfade,     ///< both paths run for its length
  through_zero,  ///< the outgoing path falls silent first: never do two run at a time
};

/// Changes of the path that plays, without another one; absent members stay as they are.
struct Action {
  std::optional<BypassSwitch> bypass = {};
  SettingChanges settings = {};
  bool is_kept = false;  ///< nothing to the rig
};

/// One change of what a rig plays, all of it at the same frame: what is asked, where it is, and what has come
/// of it. The object itself travels: from the control thread, which owns it, to the audio thread and back.
/// Between Rig::submit() and the last time that Rig::poll() returns it, only what says so may be touched.
struct Change {
  /// Frame number that means "with the next block".
  static constexpr std::uint64_t kNow = 0;
  /// With kNow: only at a frame that is a whole number of periods after `of`.
  struct Grid {
    std::uint64_t of = 0;
    std::uint32_t period = 0;  ///< frames; 0: at any frame
  };
  enum class State : std::uint8_t {
    waiting,     ///< for its time
    preparing,   ///< what it brings is made ready
    submitted,   ///< the rig has it
    fading,      ///< it is audible, and what was heard before it still is
    done,        ///< it is audible, and nothing else is
    cancelled,   ///< before it began; nothing changed, as with those that follow
    superseded,  ///< a newer swap took its place before it began
    too_late,    ///< its frame had passed
  };

  // ---- What is asked --------------------------------------------------------------------------------------

  /// Takes the place of the path that plays; null: that one stays. Here again if it did not begin.
  std::unique_ptr<Path> incoming = {};
  FadeKind fade_kind = FadeKind::crossfade;
  /// The fade of the swap; or, after a change of bypass alone, the fade that it took.
  std::uint32_t fade_frames = 0;
  /// Whether the audio thread lets a path that listens hear what it still lacks. If not, as where that would
  /// take more than a block's time, it is faded in when its time comes, whatever it has heard.
  bool catches_up = true;
  /// With a swap the settings are those of the incoming path: the outgoing one keeps its own while it fades.
  Action action = {};
  std::uint64_t at_frame = kNow;  ///< or a frame time
  /// The place among changes at the same frame: the lower number is first; 0: as they were submitted.
  std::uint64_t order = 0;
  Grid grid = {};

  // ---- Where it is: the control thread's, at any time -----------------------------------------------------

  State state = State::waiting;

  // ---- What has come of it: to be read from `fading` on, or when it is over -------------------------------

  std::uint64_t frame = 0;  ///< at which it took effect, or was given up; 0: no audio ran
  /// Frames that a path that listened has not heard and will not, of those that decide its output: 0 unless
  /// at_frame was too near, it has to wait for the outgoing one to fall silent, or it could not catch up.
  std::uint32_t skipped_frames = 0;
  bool bypassed = false;  ///< after it
  /// RMS at `frame` of the outgoing path, and of the incoming one on the same input; 0 when it is not known.
  float level_before = 0.0F, level_after = 0.0F;
  /// When it is done: at which frame the fade of a swap ended, and what it took the place of.
  std::uint64_t end_frame = 0;
  std::unique_ptr<Path> outgoing = {};

  // ---- The rig's own --------------------------------------------------------------------------------------

  bool swaps = false;               ///< it came with a path
  State result = State::submitted;  ///< what will become its state
  std::uint64_t due = 0;            ///< frame
  bool is_action = false;           ///< of the audio thread itself
  bool is_cancelled = false;        ///< as is asked for

  /// Control thread: ends it before it begins, if it has not begun by the time that this is heard.
  void cancel() NAMRACK_REALTIME { std::atomic_ref(is_cancelled).store(true, std::memory_order_relaxed); }
  bool is_to_be_cancelled() NAMRACK_REALTIME {
    return std::atomic_ref(is_cancelled).load(std::memory_order_relaxed);
  }

  /// When it was heard; nullopt: no audio ran.
  std::optional<std::uint64_t> heard_at() const { return frame > 0 ? std::optional(frame) : std::nullopt; }
  bool is_over() const { return state >= State::done; }
  bool has_begun() const { return state == State::fading || state == State::done; }
  bool has_grid() const NAMRACK_REALTIME { return grid.period > 0 && at_frame == kNow; }
  /// Frames from `from` to the next one at which it may begin.
  std::uint64_t frames_to_grid(std::uint64_t from) const NAMRACK_REALTIME {
    if (!has_grid()) return 0;
    const std::uint64_t beyond = (from - grid.of) % grid.period;
    return beyond == 0 ? 0 : grid.period - beyond;
  }
};

}  // namespace namrack::engine
