#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/audio/rig.h"
#include "tests/engine/test_files.h"

namespace namrack::engine::testing {

inline std::unique_ptr<RigModel> rig_model(const std::string& name, double host_rate = 48000.0) {
  return std::make_unique<RigModel>(Model::load(random_model(name)), host_rate);
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
      rig.process(in.data() + t, out.data() + t, frames, now);
      now += frames;
    }
    return out;
  }
  /// Before the audio begins.
  void start_with(const SettingChanges& settings) {
    rig.set(settings);
    rig.apply_idle();
    reports();
  }
  std::uint64_t swap(std::unique_ptr<RigModel> model, std::uint32_t fade, std::uint64_t at = Rig::kNow) {
    return rig.swap(model, fade, at).value();
  }
  std::vector<RigReport> reports() {
    std::vector<RigReport> all;
    while (auto report = rig.poll()) all.push_back(std::move(*report));
    return all;
  }

  Rig rig;
  std::uint64_t now = 1000;
};

}  // namespace namrack::engine::testing
