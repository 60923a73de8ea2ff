#pragma once

#include <array>
#include <atomic>
#include <boost/lockfree/spsc_queue.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "engine/rack/crossfade.h"
#include "engine/rack/dc_blocker.h"
#include "engine/rack/gain_ramp.h"
#include "engine/rack/levels.h"
#include "engine/rack/meter.h"
#include "engine/rack/rack_model.h"

namespace namrack::engine {

/// Values that any thread may set while the rack plays; changes are ramped.
struct RackParams {
  std::atomic<float> input_db{0.0F};
  std::atomic<float> output_db{0.0F};
  std::atomic<LevelMode> level_mode{LevelMode::normalized};
  std::atomic<float> interface_dbu{kDefaultInterfaceDbu};
  std::atomic<DcBlock> dc_blocker{DcBlock::automatic};
  /// Fades the whole output to silence and back, in kMuteSeconds: for starting and stopping without a click.
  std::atomic<bool> muted{false};
};

enum class BypassSwitch : std::uint8_t { off, on, toggle };

/// What became of a command, or a model that the rack has finished with.
struct RackReport {
  enum class Kind : std::uint8_t {
    applied,     ///< audible from `frame` on
    superseded,  ///< a newer swap took its place before it began; `model` is handed back
    too_late,    ///< its at_frame had passed; nothing changed; `model` is handed back
    retired,     ///< the outgoing `model` of an earlier swap has been faded out
  };
  Kind kind = Kind::applied;
  std::uint64_t id = 0;           ///< of the command
  std::uint64_t frame = 0;        ///< frame time at which it took effect
  std::uint32_t fade_frames = 0;  ///< length of the crossfade that began at `frame`
  bool bypassed = false;          ///< the bypass state after it
  std::unique_ptr<RackModel> model;
};

/// The only object that the audio thread calls: gains, model, crossfades, bypass and meters of one mono voice.
///
/// Two threads share a rack. The control thread submits commands and polls reports; the audio thread calls
/// process(). A command travels through a lock-free queue, and the model it displaces comes back in a report.
/// At most kMaxOpen commands are open at a time, so that the audio thread always finds room for its reports.
///
/// Signal path: input gain -> [model gain -> model -> DC blocker -> model gain] (two of them while a swap
/// crossfades) -> output gain -> bypass crossfade with the dry input -> mute -> meters. Without a model the dry
/// signal passes.
class Rack {
 public:
  static constexpr std::size_t kMaxOpen = 64;
  static constexpr float kDefaultFadeSeconds = 0.020F;
  static constexpr float kBypassSeconds = 0.010F;
  static constexpr float kGainRampSeconds = 0.020F;
  static constexpr float kMuteSeconds = 0.010F;
  /// Frame number that means "with the next block".
  static constexpr std::uint64_t kNow = 0;

  /// `sample_rate` in Hz. Allocates.
  explicit Rack(double sample_rate);
  ~Rack();
  Rack(const Rack&) = delete;
  Rack& operator=(const Rack&) = delete;

  RackParams& params() { return params_; }
  const RackParams& params() const { return params_; }

  // ---- Control thread -------------------------------------------------------------------------------------

  /// Crossfades to `model` (null: the dry signal) from frame `at_frame` on. Takes `model` and returns the
  /// command's id; when too many commands are open, returns nullopt and leaves `model` with the caller.
  std::optional<std::uint64_t> swap(std::unique_ptr<RackModel>& model, std::uint32_t fade_frames,
                                    std::uint64_t at_frame = kNow);
  std::optional<std::uint64_t> bypass(BypassSwitch to, std::uint64_t at_frame = kNow);

  /// The next report, or nullopt.
  std::optional<RackReport> poll();

  /// Only while no audio thread runs: carries out all open commands at once, without fades; ends running fades.
  /// The reports follow from poll().
  void apply_idle();
  /// Only while no audio thread runs. Takes out the playing model, which was built for the former rate, and
  /// returns it.
  std::unique_ptr<RackModel> set_sample_rate(double sample_rate);
  double sample_rate() const { return sample_rate_; }

  // ---- Audio thread ---------------------------------------------------------------------------------------

  /// Real-time safe. Any number of frames. `in` and `out` may be the same buffer. `first_frame` counts on from
  /// block to block and is never 0; a jump (an xrun) is allowed.
  void process(const float* in, float* out, std::size_t frames, std::uint64_t first_frame) noexcept;

  // ---- Any thread -----------------------------------------------------------------------------------------

  const Meter& input_meter() const { return input_meter_; }
  const Meter& output_meter() const { return output_meter_; }
  /// True when `muted` was asked for and the output has become silent.
  bool is_silent() const { return silent_.load(std::memory_order_acquire); }

 private:
  struct Command {
    enum class Kind : std::uint8_t { swap, bypass };
    Kind kind = Kind::swap;
    BypassSwitch bypass = BypassSwitch::off;
    std::uint32_t fade_frames = 0;
    std::uint64_t id = 0;
    std::uint64_t at_frame = kNow;
    RackModel* model = nullptr;  // owned while the command is open
  };
  struct Answer {  // a RackReport that is trivially copyable
    RackReport::Kind kind;
    bool bypassed;
    std::uint32_t fade_frames;
    std::uint64_t id, frame;
    RackModel* model;  // owned
  };
  // (completed with the implementation)
  RackParams params_;
  double sample_rate_;
  Meter input_meter_, output_meter_;
  std::atomic<bool> silent_{false};
};

}  // namespace namrack::engine
