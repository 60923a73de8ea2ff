#include "engine/offline/render.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/rack/loudness.h"

namespace namrack::engine {

std::vector<float> render(std::shared_ptr<const Model> model, std::span<const float> input,
                          double sample_rate, const RenderOptions& options,
                          const std::function<void(double)>& progress) {
  Rack rack(sample_rate);
  rack.set(options.settings);
  const bool measure = options.settings.applied_to({}).path.needs_measured_loudness();
  const std::optional<float> loudness = measure ? measured_loudness_db(*model) : std::nullopt;
  auto rack_model = std::make_unique<RackModel>(std::move(model), sample_rate, loudness);
  if (options.initial_state != InitialState::prewarmed) rack_model->reset(options.initial_state);
  const std::size_t delay = options.trim_latency ? rack_model->latency_frames() : 0;
  rack.swap(rack_model, 0);
  rack.apply_idle();

  // The latency is trimmed by running that many frames of silence on, and leaving out as many at the start.
  std::vector<float> output(input.begin(), input.end());
  output.resize(input.size() + delay, 0.0F);
  const std::size_t block = std::max<std::size_t>(1, options.block);
  for (std::size_t done = 0; done < output.size();) {
    const std::size_t frames = std::min(block, output.size() - done);
    rack.process(output.data() + done, output.data() + done, frames, done + 1);
    done += frames;
    if (progress) progress(static_cast<double>(done) / static_cast<double>(output.size()));
  }
  output.erase(output.begin(), output.begin() + static_cast<std::ptrdiff_t>(delay));
  return output;
}

}  // namespace namrack::engine
