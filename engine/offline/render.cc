#include "engine/offline/render.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/audio/paths.h"
#include "engine/measure/loudness.h"

namespace namrack::engine {

std::vector<float> render(std::shared_ptr<const Model> model, std::span<const float> input,
                          double sample_rate, const RenderOptions& options,
                          const std::function<void(double)>& progress) {
  Rig rig(sample_rate);
  const bool measure = needs_measured_loudness(options.settings.applied_to(Settings()));
  const std::optional<float> loudness = measure ? measured_loudness_db(*model) : std::nullopt;
  auto stage = make_model_stage(*model, sample_rate);
  if (options.initial_state != InitialState::prewarmed) stage->reset(options.initial_state);
  auto path = model_path(std::move(stage), {model->info().levels, loudness});
  const std::size_t delay = options.trim_latency ? path->latency_frames() : 0;
  Change start{.incoming = std::move(path), .action = {.settings = options.settings}};
  rig.submit(start);
  rig.apply_idle();

  // The latency is trimmed by running that many frames of silence on, and leaving out as many at the start.
  std::vector<float> output(input.begin(), input.end());
  output.resize(input.size() + delay, 0.0F);
  const std::size_t block = std::max<std::size_t>(1, options.block);
  for (std::size_t done = 0; done < output.size();) {
    const std::size_t frames = std::min(block, output.size() - done);
    const Block next(output.data() + done, frames);
    rig.process(next, next, done + 1);
    done += frames;
    if (progress) progress(static_cast<double>(done) / static_cast<double>(output.size()));
  }
  output.erase(output.begin(), output.begin() + static_cast<std::ptrdiff_t>(delay));
  return output;
}

}  // namespace namrack::engine
