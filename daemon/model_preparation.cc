#include "daemon/model_preparation.h"

#include <chrono>

#include "engine/offline/bench.h"

namespace namrack::daemon {

namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

}  // namespace

BankEntry read_model(const ModelPaths& paths, const std::string& path, double quality) {
  const Clock::time_point begin = Clock::now();
  BankEntry entry;
  entry.path = paths.resolve(path).string();
  entry.quality = quality;
  engine::LoadOptions options;
  options.quality = quality;
  entry.model = engine::Model::load(entry.path, options);
  entry.load_ms = ms_since(begin);
  return entry;
}

void make_playable(BankEntry& entry, const PlayingConditions& conditions) {
  const Clock::time_point begin = Clock::now();
  entry.spare = std::make_unique<engine::RackModel>(entry.model, conditions.sample_rate);
  entry.load_ms += ms_since(begin);
  entry.bytes = entry.model->weight_bytes() + entry.spare->bytes();

  // On an instance of its own: the measurement leaves its history in the state.
  const auto network = entry.model->instantiate();
  entry.predicted_load =
      engine::measure_seconds_per_frame(*network, conditions.block) * entry.model->sample_rate();
}

void let_listen(engine::RackModel& model, const engine::RecentInput& input, const Listening& listening) {
  if (listening.frames == 0) return;
  model.begin_to_listen(input, listening.frames);
  // While it hears the past, more arrives, in geometrically fewer frames. The audio thread does the rest.
  constexpr int kPasses = 5;
  constexpr std::uint64_t kNearly = 64;
  for (int pass = 0; pass < kPasses && model.lag(input) > kNearly; ++pass)
    model.listen(input, static_cast<std::size_t>(model.lag(input)), listening.gain);
}

}  // namespace namrack::daemon
