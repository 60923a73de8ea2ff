#include "player/model_preparation.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/offline/bench.h"
#include "engine/rack/loudness.h"

namespace namrack::player {

namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

// A file that cannot be asked about is refused in better words when it is read.
FileIdentity identify(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .bytes = static_cast<std::uint64_t>(status.st_size),
          .modified_ns = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

}  // namespace

FileIdentity identity_at(const ModelPaths& paths, const std::string& path) {
  try {
    return identify(paths.resolve(path).string());
  } catch (const std::exception&) {
    return {};
  }
}

BankEntry read_model(const ModelPaths& paths, const std::string& path, double quality,
                     const std::vector<KnownModel>& known) {
  const Clock::time_point begin = Clock::now();
  BankEntry entry;
  entry.path = paths.resolve(path).string();
  entry.file = identify(entry.path);
  entry.quality = quality;
  const auto same = std::ranges::find(known, entry.file, &KnownModel::file);
  engine::LoadOptions options;
  options.quality = quality;
  if (same != known.end()) {
    entry.model = same->model;
    entry.measured_loudness_db = same->measured_loudness_db;
    entry.is_measured = true;
  } else {
    entry.model = engine::Model::load(entry.path, options);
  }
  entry.load_ms = ms_since(begin);
  return entry;
}

void make_playable(BankEntry& entry, const PlayingConditions& conditions, std::optional<double> known_load) {
  if (!std::exchange(entry.is_measured, true))
    entry.measured_loudness_db = engine::measured_loudness_db(*entry.model);
  const Clock::time_point begin = Clock::now();
  entry.spare =
      std::make_unique<engine::RackModel>(entry.model, conditions.sample_rate, entry.measured_loudness_db);
  entry.load_ms += ms_since(begin);
  entry.instance_bytes = entry.spare->bytes();
  entry.predicted_load = known_load ? *known_load : measure_load(*entry.model, conditions.block);
}

double measure_load(const engine::Model& model, std::size_t block) {
  // On an instance of its own: the measurement leaves its history in the state.
  const auto network = model.instantiate();
  return engine::measure_seconds_per_frame(*network, block) * model.sample_rate();
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

}  // namespace namrack::player
