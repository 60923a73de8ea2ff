#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engine/audio/rig.h"
#include "engine/model/model.h"

namespace namrack::engine {

/// Settings of an offline run; the defaults give the bare model output.
struct RenderOptions {
  std::size_t block = 256;  ///< frames a process call; does not change the result
  InitialState initial_state = InitialState::prewarmed;
  SettingChanges settings{{Setting::level_mode, LevelMode::raw}};
  bool trim_latency = false;  ///< shift the output so that resampling adds no delay
};

/// Runs `input` (mono, at `sample_rate` Hz) through the same rig that plays live and returns as many
/// samples. `progress` is called now and then with the fraction done, 0..1. Throws ModelError when the rates
/// do not fit.
std::vector<float> render(std::shared_ptr<const Model> model, std::span<const float> input,
                          double sample_rate, const RenderOptions& options = {},
                          const std::function<void(double)>& progress = {});

}  // namespace namrack::engine
