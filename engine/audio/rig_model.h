#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "engine/audio/dc_blocker.h"
#include "engine/audio/level_follower.h"
#include "engine/audio/recent_input.h"
#include "engine/model/model.h"
#include "engine/network/network.h"

namespace namrack::engine {

class RateAdapter;

/// A model ready to be heard at one host sample rate: a network instance, its resampler when the rates
/// differ, and the model's stated levels. Built on the loader thread, played by the rig, destroyed on the
/// control thread.
class RigModel {
 public:
  /// `host_rate` in Hz; `measured_loudness_db` as in loudness.h, when it is known. Allocates; throws
  /// ModelError(unsupported) when the two rates cannot be converted.
  RigModel(std::shared_ptr<const Model> model, double host_rate,
           std::optional<float> measured_loudness_db = std::nullopt);
  ~RigModel();

  const std::shared_ptr<const Model>& model() const { return model_; }
  double host_rate() const { return host_rate_; }
  std::optional<float> measured_loudness_db() const { return measured_loudness_db_; }
  /// Only while no rig has it: what has been measured since it was built.
  void set_measured_loudness_db(std::optional<float> db) { measured_loudness_db_ = db; }
  /// Delay that the resampling adds, in host frames; 0 when the rates are equal.
  std::size_t latency_frames() const;
  /// What it puts out in lasting silence: a small constant, not always 0.
  float resting_output() const { return resting_output_; }
  /// Memory of this instance, in bytes, without the shared weights.
  std::size_t bytes() const;

  /// Real-time safe; at most kMaxFrames. `in` and `out` may be the same buffer.
  void process(const float* in, float* out, std::size_t frames) noexcept;
  /// Removes the constant part of its output; to be called for every frame of it, heard or not.
  float block_dc(float sample) noexcept { return dc_blocker_.next(sample); }
  /// Of its output, heard or not; what it puts out while it is heard, the rig has it follow.
  const LevelFollower& level() const { return level_; }
  void follow_level(const float* samples, std::size_t frames) noexcept {
    level_.follow(samples, frames, host_rate_);
  }
  /// Real-time safe, though it touches the whole state: call it off the audio thread.
  void reset(InitialState state) noexcept;

  // ---- Joining a rig that plays, so that it sounds as if it had always been running
  // -----------------------

  /// Host frames of past input that decide what it puts out: without the DC blocker, and with it.
  std::size_t memory_frames() const { return memory_frames_; }
  std::size_t memory_frames_with_dc_blocker() const;
  /// Begins to listen to `input`, `frames` and a fade before its end or where it begins, as if before that
  /// there had been silence. Real-time safe.
  void begin_to_listen(const RecentInput& input, std::size_t frames) noexcept;
  /// Runs what `input` has for it, at most `frames`, through model and DC blocker; of that, only what can
  /// still be heard in what comes out. What is not there any more counts as silence. `gain` is that before
  /// the model. Real-time safe.
  void listen(const RecentInput& input, std::size_t frames, float gain) noexcept;
  /// Instead of the two above, for a model that is as it was built or reset: it will have heard nothing of
  /// `input` when it goes live, and is faded in as after a silence; the `frames` before its end count as
  /// skipped. Takes no time. Real-time safe.
  void hear_nothing(const RecentInput& input, std::size_t frames) noexcept;
  /// Frames of `input` that it has yet to hear; 0 when it does not listen.
  std::uint64_t lag(const RecentInput& input) const noexcept {
    return heard_until_ ? input.end() - *heard_until_ : 0;
  }
  /// Of these, those that decide what it puts out.
  std::uint64_t skipped_frames(const RecentInput& input) const noexcept;
  bool listens() const noexcept { return heard_until_.has_value(); }
  /// Ends listening: the live input follows, `gain` before the model as in listen(). What it has not heard is
  /// left out, and the two ends are faded into each other by splice(): a jump in its input would be heard
  /// again from every tap that it passes.
  void go_live(const RecentInput& input, float gain) noexcept;
  /// To be called with each block of live input, before process(). Real-time safe; at most kMaxFrames.
  void splice(float* in, std::size_t frames) noexcept;

  /// Frames in which input that begins in the middle of a sound, or leaves some out, is faded in.
  static constexpr std::size_t kSpliceFrames = 256;
  /// The most frames that one process() call may carry; the rig cuts longer blocks.
  static constexpr std::size_t kMaxFrames = 256;

 private:
  std::size_t period_frames() const;

  std::shared_ptr<const Model> model_;
  double host_rate_;
  std::optional<float> measured_loudness_db_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<RateAdapter> adapter_;  // null when the rates are equal
  float resting_output_ = 0.0F;
  DcBlocker dc_blocker_;
  LevelFollower level_;
  std::size_t memory_frames_ = 0;
  std::size_t entry_left_ = 0;  ///< frames of the first fade, while it listens
  std::size_t splice_left_ = 0;
  static constexpr std::uint64_t kSilence = std::uint64_t{1} << 62U;  ///< frames that never come
  std::uint64_t splice_at_ = 0;                                       ///< frame of splice_input_
  const RecentInput* splice_input_ = nullptr;
  float splice_gain_ = 1.0F;
  std::optional<std::uint64_t> heard_until_;  ///< in frames of the rig's input; nullopt: does not listen
};

}  // namespace namrack::engine
