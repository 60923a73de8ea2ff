#include "daemon/model_preparation.h"

#include <chrono>

#include "engine/offline/bench.h"

namespace namrack::daemon {

BankEntry prepare_model(const ModelPaths& paths, const std::string& path, double quality,
                        const PlayingConditions& conditions) {
  const auto begin = std::chrono::steady_clock::now();
  BankEntry entry;
  entry.path = paths.resolve(path).string();
  entry.quality = quality;
  engine::LoadOptions options;
  options.quality = quality;
  entry.model = engine::Model::load(entry.path, options);
  entry.spare = std::make_unique<engine::RackModel>(entry.model, conditions.sample_rate);
  entry.load_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  entry.bytes = entry.model->weight_bytes() + entry.spare->bytes();

  // On an instance of its own: the measurement leaves its history in the state.
  const auto network = entry.model->instantiate();
  entry.predicted_load =
      engine::measure_seconds_per_frame(*network, conditions.block) * entry.model->sample_rate();
  return entry;
}

}  // namespace namrack::daemon
