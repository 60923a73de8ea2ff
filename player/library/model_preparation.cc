#include "player/library/model_preparation.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>

#include "engine/audio/paths.h"
#include "engine/measure/cost.h"
#include "engine/measure/loudness.h"

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
    entry.is_measured = same->is_measured;
  } else {
    entry.model = engine::Model::load(entry.path, options);
  }
  entry.load_ms = ms_since(begin);
  return entry;
}

void measure(BankEntry& entry, Measuring measuring, std::size_t block, const Budgets& budgets) {
  // The loudness takes the time of a second and a half of sound.
  bool is_quick = true;
  if (budgets.measure) {
    constexpr double kQuickMacsASecond = 2e9;  // the usual models have 0.6e9
    if (measuring == Measuring::nothing) return;
    if (measuring == Measuring::everything && entry.load_block != block)
      adopt_load(entry, budgets.measure(*entry.model, block), block);
    const double macs = static_cast<double>(entry.model->info().macs_per_sample) * entry.model->sample_rate();
    is_quick = measuring == Measuring::everything ? !(entry.predicted_load > budgets.cpu)
                                                  : macs <= kQuickMacsASecond;
  }
  if (!is_quick || entry.is_measured) return;
  entry.measured_loudness_db = engine::measured_loudness_db(*entry.model);
  entry.is_measured = true;
}

void make_playable(BankEntry& entry, double sample_rate) {
  const Clock::time_point begin = Clock::now();
  entry.spare = engine::make_model_stage(*entry.model, sample_rate);
  entry.load_ms += ms_since(begin);
  entry.instance_bytes = entry.spare->bytes();
}

void adopt_load(BankEntry& entry, const MeasuredLoad& load, std::size_t block) {
  entry.predicted_load = load.fraction;
  entry.load_spread = load.spread;
  entry.is_load_certain = load.is_certain;
  entry.load_block = block;
}

MeasuredLoad measure_load(const engine::Model& model, std::size_t block) {
  const engine::Cost cost = engine::measure_cost(model, block);
  return {.fraction = cost.seconds * model.sample_rate() / static_cast<double>(block),
          .spread = cost.spread,
          .is_certain = cost.is_certain()};
}

std::size_t let_listen(engine::Path& path, const engine::RecentInput& input, const Listening& listening) {
  if (listening.frames == 0) return 0;
  const Clock::time_point begin = Clock::now();
  path.apply(listening.settings);
  path.end_ramps();
  path.begin_to_listen(input, listening.frames);
  // While it hears the past, more arrives. The audio thread does what little is left. Where input arrives
  // faster than in real time, there is no end to it.
  constexpr std::uint64_t kNearly = 64;
  std::size_t heard = 0;
  while (path.lag(input) > kNearly && heard < engine::RecentInput::kFrames &&
         ms_since(begin) < 1e3 * listening.seconds) {
    const std::uint64_t lag = path.lag(input);
    const std::size_t piece = std::min<std::uint64_t>(lag, engine::kMaxFrames);
    path.listen(input, piece);
    heard += piece;
  }
  return heard;
}

}  // namespace namrack::player
