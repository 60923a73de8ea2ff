#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "engine/audio/paths.h"
#include "engine/audio/rig.h"
#include "engine/model/model.h"
#include "tests/engine/test_files.h"

namespace namrack::engine::testing {

inline std::unique_ptr<Path> path_of(const Model& model, double host_rate = 48000.0) {
  return model_path(make_model_stage(model, host_rate), {model.info().levels, {}});
}
inline std::unique_ptr<Path> path_of(const std::string& name, double host_rate = 48000.0) {
  return path_of(*Model::load(random_model(name)), host_rate);
}

/// 110 Hz.
inline std::vector<float> tone(std::size_t frames, float level = 0.3F) {
  std::vector<float> x(frames);
  for (std::size_t t = 0; t < frames; ++t) x[t] = level * std::sin(0.0144F * static_cast<float>(t));
  return x;
}

inline std::vector<float> model_alone(const std::string& name, const std::vector<float>& in) {
  std::vector<float> out(in.size());
  Model::load(random_model(name))->instantiate()->process(in.data(), out.data(), in.size());
  return out;
}

/// A change as it was when it came back.
struct Report {
  explicit Report(Change& of)
      : change(&of),
        state(of.state),
        has_ended(of.state == Change::State::done && of.swaps),
        frame(has_ended ? of.end_frame : of.frame),
        fade_frames(of.fade_frames),
        bypassed(of.bypassed),
        action(of.action) {}

  Change* change;
  Change::State state;
  bool has_ended;  ///< the fade of a swap
  std::uint64_t frame;
  std::uint32_t fade_frames;
  bool bypassed;
  Action action;
};

/// A rig at 48 kHz together with the running frame time, so that a test can play piece after piece.
class Player {
 public:
  explicit Player(double rate = 48000.0) : rig(rate) {
    start_with({{Setting::level_mode, LevelMode::raw}});  // the bare model, comparable with render()
  }

  std::vector<float> play(const std::vector<float>& in, std::size_t block = 64) {
    std::vector<float> out(in.size());
    for (std::size_t t = 0; t < in.size(); t += block) {
      const std::size_t frames = std::min(block, in.size() - t);
      rig.process({in.data() + t, frames}, {out.data() + t, frames}, now);
      now += frames;
    }
    return out;
  }
  /// Before the audio begins.
  void start_with(const SettingChanges& settings) {
    set(settings);
    rig.apply_idle();
    reports();
  }
  /// null: too many are open.
  Change* ask(Change change) {
    changes_.push_back(std::make_unique<Change>(std::move(change)));
    return rig.submit(*changes_.back()) ? changes_.back().get() : nullptr;
  }
  /// Null: to the dry signal.
  Change* swap(std::unique_ptr<Path> path, std::uint32_t fade, std::uint64_t at = Change::kNow) {
    if (!path) path = dry_path(rig.sample_rate());
    return ask({.incoming = std::move(path), .fade_frames = fade, .at_frame = at});
  }
  Change* set(const SettingChanges& settings, std::uint64_t at = Change::kNow) {
    return ask({.action = {.settings = settings}, .at_frame = at});
  }
  Change* bypass(BypassSwitch to, std::uint64_t at = Change::kNow) {
    return ask({.action = {.bypass = to}, .at_frame = at});
  }
  /// What has come back since the last call.
  std::vector<Report> reports() {
    std::vector<Report> all;
    while (Change* const change = rig.poll()) all.emplace_back(*change);
    return all;
  }

  Rig rig;
  std::uint64_t now = 1000;

 private:
  std::vector<std::unique_ptr<Change>> changes_;
};

}  // namespace namrack::engine::testing
