#include "player/library/measurer.h"

#include <spdlog/spdlog.h>

#include <limits>
#include <utility>

#include "engine/measure/loudness.h"
#include "player/library/entry_levels.h"
#include "player/spawn.h"

namespace namrack::player {

void Measurer::measure_later() {
  if (!std::exchange(is_measuring_, true)) spawn(control_, "measuring models", keep_measuring());
}

bool Measurer::lacks_load(const BankEntry& entry) const {
  return workshop_.budgets().measure && entry.load_block != workshop_.conditions().block;
}

// Loads come first, which are known soon; then how loud they are, the cheapest first.
std::optional<std::string> Measurer::next_to_measure(const std::set<std::string>& failed) const {
  std::optional<std::string> next;
  double least = std::numeric_limits<double>::infinity();
  for (const auto& [name, entry] : bank_.entries()) {
    if (failed.contains(name)) continue;
    if (lacks_load(entry)) return name;
    const double macs = static_cast<double>(entry.model->info().macs_per_sample) * entry.model->sample_rate();
    if (entry.is_measured || macs >= least) continue;
    least = macs;
    next = name;
  }
  return next;
}

boost::asio::awaitable<void> Measurer::keep_measuring() {
  std::set<std::string> failed;
  while (const std::optional<std::string> name = next_to_measure(failed)) {
    try {
      co_await measure_entry(*name);
    } catch (const std::exception& error) {
      spdlog::error("\"{}\" cannot be measured: {}", *name, error.what());
      failed.insert(*name);
    }
  }
  is_measuring_ = false;
}

// On an entry of its own, since anything may happen to that of the bank meanwhile.
boost::asio::awaitable<void> Measurer::measure_entry(std::string name) {
  BankEntry probe;
  {
    const BankEntry& entry = *bank_.find(name);
    probe.model = entry.model;
    probe.quality = entry.quality;
    probe.load_block = entry.load_block;
    probe.is_measured = entry.is_measured;
    probe.measured_loudness_db = entry.measured_loudness_db;
  }
  const bool asks_for_load = lacks_load(probe);
  const std::size_t block = workshop_.conditions().block;
  workshop_.adopt_known(probe, Measuring::nothing);
  if (lacks_load(probe) || (!asks_for_load && !probe.is_measured)) {
    auto job = [measure = workshop_.budgets().measure, probe = std::move(probe), block,
                asks_for_load]() mutable {
      if (asks_for_load)
        adopt_load(probe, measure(*probe.model, block), block);
      else if (!std::exchange(probe.is_measured, true))
        probe.measured_loudness_db = engine::measured_loudness_db(*probe.model);
      return std::move(probe);
    };
    probe = co_await workshop_.builder().run(std::move(job));
    workshop_.keep_measurements(probe);
  }
  BankEntry* const entry = bank_.find(name);
  if (entry != nullptr && entry->model == probe.model) adopt_measured(name, *entry, probe);
}

void Measurer::adopt_measured(const std::string& name, BankEntry& entry, const BankEntry& probe) {
  if (lacks_load(entry) && !lacks_load(probe)) {
    adopt_load(entry, {*probe.predicted_load, probe.load_spread, probe.is_load_certain}, probe.load_block);
    if (workshop_.is_over_budget(entry))
      spdlog::warn("\"{}\" takes {:.0f} % of each block's time; the budget is {:.0f} %", name,
                   100.0 * *entry.predicted_load, 100.0 * workshop_.budgets().cpu);
  }
  if (!entry.is_measured && probe.is_measured) adopt_loudness(name, entry, probe.measured_loudness_db);
  state_.changed();
}

// The instance that plays was built without the loudness.
void Measurer::adopt_loudness(const std::string& name, BankEntry& entry,
                              std::optional<float> measured_loudness_db) {
  const Settings& settings = state_.settings();
  const float before = level_adjustment(entry, settings).output_db;
  entry.measured_loudness_db = measured_loudness_db;
  entry.is_measured = true;
  for (const std::string& warning : level_warnings(entry, settings))
    spdlog::warn("{}: {}", entry.path, warning);
  if (state_.current() == name && level_adjustment(entry, settings).output_db != before) mismatch_(name);
}

}  // namespace namrack::player
