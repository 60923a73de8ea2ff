#pragma once

#include <array>
#include <atomic>
#include <boost/lockfree/spsc_queue.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>

#include "engine/audio/crossfade.h"
#include "engine/audio/gain_ramp.h"
#include "engine/audio/input_guard.h"
#include "engine/audio/levels.h"
#include "engine/audio/meter.h"
#include "engine/audio/model_path.h"
#include "engine/audio/peak_guard.h"
#include "engine/audio/recent_input.h"
#include "engine/audio/rig_model.h"

namespace namrack::engine {

enum class BypassSwitch : std::uint8_t { off, on, toggle };

enum class FadeKind : std::uint8_t {
  crossfade,     ///< both models run for its length
  through_zero,  ///< the outgoing model falls silent first: never do two run at a time
};

/// What a host asks of a rig, all at the same frame; what is absent stays as it is.
struct RigChange {
  struct Swap {
    std::unique_ptr<RigModel> model;  ///< null: the dry signal
    std::uint32_t fade_frames = 0;
    FadeKind fade_kind = FadeKind::crossfade;
    /// Without a model: silence instead of the dry signal. Bypass passes the input all the same.
    bool silent = false;
    /// Whether the audio thread lets a model that listens hear what it still lacks. If not, as where that
    /// would take more than a block's time, it is faded in when its time comes, whatever it has heard.
    bool catches_up = true;
  };
  std::optional<Swap> swap = {};
  std::optional<BypassSwitch> bypass = {};
  /// With a swap they are those of the incoming path: the outgoing one keeps its own while it fades.
  SettingChanges settings = {};
  std::uint64_t at_frame = 0;  ///< Rig::kNow, or a frame time
  /// Of two at the same frame the one with the lower number is first; 0: as they were given.
  std::uint64_t order = 0;
  /// With kNow: only at a frame that is a whole number of periods after `of`.
  struct Grid {
    std::uint64_t of = 0;
    std::uint32_t period = 0;  ///< frames; 0: at any frame
  };
  Grid grid = {};
};

/// What is asked of a rig on the audio thread itself, such as by a MIDI message.
struct RigAction {
  std::optional<BypassSwitch> bypass = {};
  SettingChanges settings = {};
  bool is_kept = false;  ///< comes back in the report
};

/// What became of a command, or the end of what it began.
struct RigReport {
  enum class Kind : std::uint8_t {
    applied,     ///< audible from `frame` on
    superseded,  ///< a newer swap took its place before it began; `model` is handed back
    too_late,    ///< its at_frame had passed; nothing changed; `model` is handed back
    cancelled,   ///< cancel() ended it before it began; nothing changed; `model` is handed back
    faded,       ///< the fade of an applied swap has ended; `model`: the outgoing one, if any
  };
  Kind kind = Kind::applied;
  std::uint64_t id = 0;           ///< of the command; 0: of a RigAction
  SettingChanges settings = {};   ///< of the RigAction
  bool is_kept = false;           ///< of the RigAction
  std::uint64_t frame = 0;        ///< frame time at which it took effect, or at which the fade had ended
  std::uint32_t fade_frames = 0;  ///< length of the crossfade that began at `frame`
  /// Frames that a model that listened has not heard and will not, of those that decide its output: 0 unless
  /// at_frame was too near, it has to wait for the outgoing one to fall silent, or it could not catch up.
  std::uint32_t skipped_frames = 0;
  FadeKind fade_kind = FadeKind::crossfade;
  bool bypassed = false;  ///< the bypass state after it
  /// RMS at `frame` of the outgoing path, and of the incoming one on the same input; 0 when it is not known.
  float level_before = 0.0F, level_after = 0.0F;
  std::unique_ptr<RigModel> model;
};

/// The only object that the audio thread calls: gains, model, crossfades, bypass, peak guard and meters of
/// one mono voice.
///
/// Two threads share a rig. The control thread submits commands and polls reports; the audio thread calls
/// process(). A command travels through a lock-free queue, and the model it displaces comes back in a report.
/// At most kMaxOpen commands are open at a time, so that the audio thread always finds room for its reports;
/// and at most kMaxActions of the audio thread's own actions.
///
/// A model that listens to recent_input() when it is given to swap() is first run on what it has missed, half
/// as fast again as the input arrives, and is faded in when it has caught up; or at its at_frame or after
/// kMostWaitSeconds, whatever it has heard until then. One that does not listen is faded in at once, as after
/// a silence. A swap that comes while another one's crossfade runs shortens what is left of that to
/// kHurrySeconds.
///
/// Signal path: input guard -> [gain -> model -> DC blocker -> gain] (two of them while a swap crossfades) ->
/// bypass crossfade with the dry input -> mute -> peak guard -> meters. Without a model the dry signal
/// passes, with the gains that the user has set.
class Rig {
 public:
  static constexpr std::size_t kMaxOpen = 64;
  static constexpr std::size_t kMaxActions = 64;
  static constexpr double kBypassSeconds = 0.010;
  static constexpr double kMuteSeconds = 0.010;
  static constexpr double kHurrySeconds = 0.020;
  /// In which a model has to catch up.
  static constexpr double kMostWaitSeconds = 0.5;
  /// Frame number that means "with the next block".
  static constexpr std::uint64_t kNow = 0;

  /// `sample_rate` in Hz. Allocates.
  explicit Rig(double sample_rate);
  ~Rig();
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  // ---- Control thread -------------------------------------------------------------------------------------

  /// Carries out `change` from its frame on. Takes the model and returns the command's id; when too many
  /// commands are open, returns nullopt and leaves `change` with the caller.
  std::optional<std::uint64_t> change(RigChange& change);
  /// The same for one part of it.
  std::optional<std::uint64_t> swap(std::unique_ptr<RigModel>& model, std::uint32_t fade_frames,
                                    std::uint64_t at_frame = kNow, FadeKind fade_kind = FadeKind::crossfade);
  std::optional<std::uint64_t> bypass(BypassSwitch to, std::uint64_t at_frame = kNow);
  std::optional<std::uint64_t> set(const SettingChanges& settings, std::uint64_t at_frame = kNow);

  /// Ends an open command before it begins; the report is then `cancelled`. One that has begun meanwhile is
  /// reported as applied all the same. Once for each command; false, and nothing happens, after too many.
  bool cancel(std::uint64_t id) { return cancels_.push(id); }

  /// The next report, or nullopt.
  std::optional<RigReport> poll();

  /// Only while no audio thread runs: carries out all open commands at once, without fades; ends running
  /// fades. The reports follow from poll().
  void apply_idle();
  /// Only while no audio thread runs. Takes out the playing model, which was built for the former rate, and
  /// returns it.
  std::unique_ptr<RigModel> set_sample_rate(double sample_rate);
  double sample_rate() const { return sample_rate_; }

  // ---- Audio thread ---------------------------------------------------------------------------------------

  /// Real-time safe. Any number of frames. `in` and `out` may be the same buffer. `first_frame` counts on
  /// from block to block and is never 0; a jump (an xrun) is allowed.
  void process(const float* in, float* out, std::size_t frames, std::uint64_t first_frame) noexcept;

  /// Real-time safe. Carries out `action` at `frame`, which must be one of the block that is processed next.
  /// False, and nothing happens, while too many reports wait to be polled.
  bool act(const RigAction& action, std::uint64_t frame) noexcept;
  /// Real-time safe. As they are before the block that is processed next.
  const Settings& settings() const noexcept { return settings_; }

  // ---- Any thread -----------------------------------------------------------------------------------------

  /// Any one thread reads them.
  Meter& input_meter() { return input_meter_; }
  Meter& output_meter() { return output_meter_; }
  /// Fades the whole output to silence and back, in kMuteSeconds: for starting and stopping without a click.
  void mute(bool on) { muted_.store(on, std::memory_order_relaxed); }
  /// The input, for models that are to join (RigModel::begin_to_listen).
  const RecentInput& recent_input() const { return recent_input_; }
  /// True when muting was asked for and the output has become silent.
  bool is_silent() const { return silent_.load(std::memory_order_acquire); }
  /// How often a model's output was not finite, was replaced by silence, and the model started afresh.
  std::uint64_t faults() const { return faults_.load(std::memory_order_relaxed); }
  /// How many blocks brought input that was not finite, or louder than any sound, and was replaced by
  /// silence.
  std::uint64_t input_faults() const { return input_faults_.load(std::memory_order_relaxed); }

 private:
  /// A RigChange that is trivially copyable.
  struct Command {
    bool swaps = false;
    bool waits_for_model = false;  ///< until it has caught up
    bool silent = false;           ///< instead of the dry signal
    bool catches_up = false;
    FadeKind fade_kind = FadeKind::crossfade;
    std::uint32_t fade_frames = 0;
    std::uint64_t id = 0;
    std::uint64_t at_frame = kNow;
    std::uint64_t order = 0;
    bool is_kept = false;
    RigChange::Grid grid;
    RigModel* model = nullptr;  ///< owned by whoever holds the command
    std::optional<BypassSwitch> bypass;
    SettingChanges settings;
  };
  /// A RigReport that is trivially copyable; its model is owned by whoever holds the answer.
  struct Answer {
    RigReport::Kind kind;
    FadeKind fade_kind;
    bool bypassed;
    bool is_last;  ///< nothing more will be heard of its command
    std::uint32_t fade_frames, skipped_frames;
    float level_before, level_after;
    std::uint64_t id, frame;
    SettingChanges settings;
    bool is_kept;
    RigModel* model;
  };

  // Audio thread, or the control thread while there is none.
  void adopt_commands(std::uint64_t first_frame) noexcept;
  void cancel_scheduled(std::uint64_t id, std::uint64_t frame) noexcept;
  std::uint64_t frame_for_now(const Command& command, std::uint64_t first_frame) const noexcept;
  void begin_due(std::uint64_t frame) noexcept;
  std::size_t frames_until_next(std::uint64_t frame, std::size_t at_most) const noexcept;
  void begin(const Command& command, std::uint64_t frame) noexcept;
  void begin_waiting(std::uint64_t frame) noexcept;
  bool is_ready(const Command& command, std::uint64_t frame) const noexcept;
  void let_listen(std::size_t frames) noexcept;
  void begin_swap(const Command& command, std::uint64_t frame) noexcept;
  void begin_bypass(BypassSwitch to) noexcept;
  void carry_out(const Command& command, std::uint64_t frame) noexcept;
  void adopt_settings(const SettingChanges& changes) noexcept;
  /// What `command` will ask of the path that it swaps in.
  Settings path_settings(const Command& command) const noexcept {
    return command.settings.applied_to(settings_);
  }
  /// Starts `path` with the model that is swapped in.
  void join(ModelPath& path) noexcept;
  void end_stage(std::uint64_t frame) noexcept;
  std::size_t frames_in(double seconds) const noexcept {
    return static_cast<std::size_t>(std::lround(seconds * sample_rate_));
  }
  Answer make_answer(RigReport::Kind kind, const Command& command, std::uint64_t frame,
                     RigModel* model = nullptr) const noexcept;
  void answer(RigReport::Kind kind, const Command& command, std::uint64_t frame, RigModel* model) noexcept;
  void read_mute() noexcept;
  void process_chunk(const float* in, float* out, std::size_t frames) noexcept;

  static constexpr std::size_t kChunk = RigModel::kMaxFrames;
  using Buffer = std::array<float, kChunk>;

  double sample_rate_;
  std::atomic<bool> muted_{false};

  // Control thread.
  std::uint64_t next_id_ = 1;
  std::size_t open_commands_ = 0;
  std::size_t models_inside_ = 0;  ///< given to the rig and not yet returned

  // Between the threads. Each open command has at most two answers; it is open until its last. An action has
  // one.
  boost::lockfree::spsc_queue<Command, boost::lockfree::capacity<kMaxOpen>> commands_;
  boost::lockfree::spsc_queue<std::uint64_t, boost::lockfree::capacity<kMaxOpen>> cancels_;
  boost::lockfree::spsc_queue<Answer, boost::lockfree::capacity<2 * kMaxOpen + kMaxActions>> answers_;
  std::atomic<std::size_t> open_actions_{0};

  // Audio thread.
  std::array<Command, kMaxOpen + kMaxActions> scheduled_{};  ///< adopted, not yet due; in order of arrival
  std::size_t num_scheduled_ = 0;
  std::uint64_t actions_ = 0;
  std::optional<Command> waiting_swap_;  ///< due, but a fade runs or its model has not caught up
  std::uint64_t waits_from_ = 0;         ///< frame at which it was due
  /// Of a swap whose fade runs.
  enum class Stage : std::uint8_t { none, crossfading, fading_out, fading_in };
  Stage stage_ = Stage::none;
  Command fading_to_;  ///< which one
  RigModel* fading_from_ = nullptr;
  Settings settings_;
  static constexpr float kNoCeiling = std::numeric_limits<float>::infinity();
  float ceiling_ = kNoCeiling;  ///< linear
  ModelPath current_, incoming_;
  /// First to second: current to incoming, or to silence; wet to dry.
  Crossfade swap_fade_, bypass_fade_;
  GainRamp mute_gain_;
  PeakGuard peak_guard_;
  InputGuard input_guard_;
  bool input_is_sound_ = true;  ///< of the block that is being processed, as far as it was looked at
  RecentInput recent_input_;
  Buffer dry_{}, wet_{}, incoming_wet_{};
  Meter input_meter_, output_meter_;
  std::atomic<bool> silent_{false};
  std::atomic<std::uint64_t> faults_{0}, input_faults_{0};
};

}  // namespace namrack::engine
