#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "engine/audio/gain_ramp.h"
#include "engine/audio/input_guard.h"
#include "engine/audio/level_follower.h"
#include "engine/audio/levels.h"
#include "engine/audio/rig_model.h"

namespace namrack::engine {

/// A model together with what belongs to its sound: the gains around it, and its DC blocker. Without a model
/// only the gains, or silence. The rig owns two, for the time of a crossfade; each keeps its own settings,
/// so that one sound can fade into a louder one without either changing. Real-time safe.
class ModelPath {
 public:
  RigModel* model() const { return model_; }
  /// The gain that `settings` ask for before a model.
  static float input_gain(const RigModel& model, const Settings& settings) noexcept {
    return db_to_gain(settings.as<float>(Setting::input_db) + adjustment_of(&model, settings).input_db);
  }

  /// Takes `model` (null: none, or `silent`) and starts afresh with it, at its final gains.
  void start(RigModel* model, const Settings& settings, double sample_rate, bool silent = false) noexcept {
    model_ = model;
    silent_ = silent;
    sample_rate_ = sample_rate;
    const auto ramp = static_cast<std::size_t>(kRampSeconds * sample_rate);
    for (GainRamp* gain : ramps()) gain->set_ramp_frames(ramp);
    aim(settings);
    end_ramps();
    dry_level_.reset();
  }
  RigModel* release() noexcept {
    RigModel* const model = model_;
    model_ = nullptr;
    return model;
  }

  void apply(const Settings& settings) noexcept {
    if (settings != settings_) aim(settings);
  }
  void end_ramps() noexcept {
    for (GainRamp* gain : ramps()) gain->jump_to(gain->target());
  }
  /// RMS of what comes out, over the last moments.
  float level() const noexcept {
    const LevelFollower& follower = model_ != nullptr ? model_->level() : dry_level_;
    return output_.target() * std::sqrt(follower.mean_square());
  }
  /// The same of a model that has only listened, as it would be with `settings`; 0 for none.
  static float level_of(const RigModel* model, const Settings& settings) noexcept {
    if (model == nullptr) return 0.0F;
    const float gain =
        db_to_gain(settings.as<float>(Setting::output_db) + adjustment_of(model, settings).output_db);
    return gain * std::sqrt(model->level().mean_square());
  }

  /// `in` and `out` may be the same buffer; at most RigModel::kMaxFrames. Returns false when the model's
  /// output was not finite, or louder than any sound, and it had to start afresh.
  bool process(const float* in, float* out, std::size_t frames) noexcept {
    if (silent_) {
      std::fill_n(out, frames, 0.0F);
      return true;
    }
    if (in != out) std::copy_n(in, frames, out);
    input_.apply(out, frames);
    bool sound = true;
    if (model_ != nullptr)
      sound = process_model(out, frames);
    else
      dry_level_.follow(out, frames, sample_rate_);
    output_.apply(out, frames);
    return sound;
  }

 private:
  static constexpr double kRampSeconds = 0.020;

  std::array<GainRamp*, 3> ramps() noexcept { return {&input_, &output_, &blocked_}; }

  static LevelAdjustment adjustment_of(const RigModel* model, const Settings& settings) noexcept {
    if (model == nullptr) return {};
    return level_adjustment(settings, model->model()->info().levels, model->measured_loudness_db());
  }

  void aim(const Settings& settings) noexcept {
    settings_ = settings;
    const LevelAdjustment adjustment = adjustment_of(model_, settings);
    input_.go_to(db_to_gain(settings.as<float>(Setting::input_db) + adjustment.input_db));
    output_.go_to(db_to_gain(settings.as<float>(Setting::output_db) + adjustment.output_db));
    blocked_.go_to(is_on(settings, Setting::dc_blocker) ? 1.0F : 0.0F);
  }

  bool process_model(float* samples, std::size_t frames) noexcept {
    model_->splice(samples, frames);
    model_->process(samples, samples, frames);
    const bool sound = is_sound(samples, frames);
    if (!sound) recover(samples, frames);
    block_dc(samples, frames);
    return sound;
  }

  // Extreme input can overflow a model with finite weights, and a NaN in its history would stay. Silence and
  // a fresh state are the way out: dearer than a block, but it must not sound like this for ever.
  void recover(float* samples, std::size_t frames) noexcept {
    std::fill_n(samples, frames, model_->resting_output());
    model_->reset(InitialState::prewarmed);
  }

  // The blocker always runs, so that it can be faded in at any time. What is constant is no sound: it does
  // not count for the level.
  void block_dc(float* samples, std::size_t frames) noexcept {
    std::array<float, RigModel::kMaxFrames> blocked;
    for (std::size_t i = 0; i < frames; ++i) {
      const float x = samples[i];
      blocked[i] = model_->block_dc(x);
      const float share = blocked_.next();
      samples[i] = share == 0.0F ? x : x + share * (blocked[i] - x);
    }
    model_->follow_level(blocked.data(), frames);
  }

  RigModel* model_ = nullptr;  // owned by the rig
  bool silent_ = false;        // there is none, and the input must not be heard instead
  double sample_rate_ = 48000.0;
  Settings settings_;
  GainRamp input_, output_, blocked_;  // blocked_: 0 without, 1 with the DC blocker
  LevelFollower dry_level_;
};

}  // namespace namrack::engine
