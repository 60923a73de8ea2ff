#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "engine/model/limits.h"
#include "engine/rack/gain_ramp.h"
#include "engine/rack/levels.h"
#include "engine/rack/rack_model.h"

namespace namrack::engine {

/// A model together with what belongs to it alone: the gains of the level mode around it, and its DC blocker.
/// Without a model it passes the signal. The rack owns two, for the time of a crossfade. Real-time safe.
class ModelPath {
 public:
  /// What the level mode and its companions ask of a path.
  struct Settings {
    LevelMode level_mode = LevelMode::normalized;
    DcBlock dc_block = DcBlock::automatic;
    float interface_dbu = kDefaultInterfaceDbu;
    bool operator==(const Settings&) const = default;
  };

  RackModel* model() const { return model_; }
  static bool blocks_dc(const Settings& settings) noexcept {
    return settings.dc_block == DcBlock::on ||
           (settings.dc_block == DcBlock::automatic && settings.level_mode != LevelMode::raw);
  }
  /// The gain that `settings` ask for before a model.
  static float input_gain(const RackModel& model, const Settings& settings) noexcept {
    return level_gains(settings.level_mode, model.model()->info().levels, settings.interface_dbu).input;
  }

  /// Takes `model` (null: none) and starts afresh with it, at its final gains.
  void start(RackModel* model, const Settings& settings, double sample_rate) noexcept {
    model_ = model;
    const auto ramp = static_cast<std::size_t>(kRampSeconds * sample_rate);
    for (GainRamp* gain : {&input_, &output_, &blocked_}) gain->set_ramp_frames(ramp);
    aim(settings);
    for (GainRamp* gain : {&input_, &output_, &blocked_}) gain->jump_to(gain->target());
  }
  RackModel* release() noexcept {
    RackModel* const model = model_;
    model_ = nullptr;
    return model;
  }

  void apply(const Settings& settings) noexcept {
    if (settings != settings_) aim(settings);
  }

  /// `in` and `out` may be the same buffer; at most RackModel::kMaxFrames. Returns false when the model's
  /// output was not finite, or louder than any sound, and it had to start afresh.
  bool process(const float* in, float* out, std::size_t frames) noexcept {
    if (in != out) std::copy_n(in, frames, out);
    if (model_ == nullptr) return true;
    input_.apply(out, frames);
    model_->splice(out, frames);
    model_->process(out, out, frames);
    const bool sound = is_sound(out, frames);
    if (!sound) recover(out, frames);
    block_dc(out, frames);
    output_.apply(out, frames);
    return sound;
  }

 private:
  static constexpr double kRampSeconds = 0.020;

  void aim(const Settings& settings) noexcept {
    settings_ = settings;
    const LevelGains gains =
        model_ == nullptr
            ? LevelGains{}
            : level_gains(settings.level_mode, model_->model()->info().levels, settings.interface_dbu);
    input_.go_to(gains.input);
    output_.go_to(gains.output);
    blocked_.go_to(blocks_dc(settings) ? 1.0F : 0.0F);
  }

  static bool is_sound(const float* samples, std::size_t frames) noexcept {
    bool sound = true;
    for (std::size_t i = 0; i < frames; ++i)
      sound &= std::fabs(samples[i]) <= limits::kLoudestSample;  // not for NaN
    return sound;
  }

  // Extreme input can overflow a model with finite weights, and a NaN in its history would stay. Silence and
  // a fresh state are the way out: dearer than a block, but it must not sound like this for ever.
  void recover(float* samples, std::size_t frames) noexcept {
    std::fill_n(samples, frames, model_->resting_output());
    model_->reset(InitialState::prewarmed);
  }

  // The blocker always runs, so that it can be faded in at any time.
  void block_dc(float* samples, std::size_t frames) noexcept {
    for (std::size_t i = 0; i < frames; ++i) {
      const float x = samples[i];
      const float y = model_->block_dc(x);
      const float share = blocked_.next();
      samples[i] = share == 0.0F ? x : x + share * (y - x);
    }
  }

  RackModel* model_ = nullptr;  // owned by the rack
  Settings settings_;
  GainRamp input_, output_, blocked_;  // blocked_: 0 without, 1 with the DC blocker
};

}  // namespace namrack::engine
