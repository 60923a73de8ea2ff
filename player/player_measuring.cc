// The part of the player that finds out what models take and how loud they are.

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "engine/measure/loudness.h"
#include "player/player.h"

namespace namrack::player {
namespace {

Measurements::Key key_of(const BankEntry& entry) {
  return {.content = entry.model->info().content_hash, .quality = entry.quality};
}

}  // namespace

std::vector<std::string> Player::level_warnings(const BankEntry& entry) const {
  return engine::level_warnings(settings_.as<LevelMode>(Setting::level_mode), entry.model->info().levels,
                                entry.measured_loudness_db);
}

engine::MatchSource Player::match_source(const BankEntry& entry) const {
  return engine::matched_loudness(settings_.as<LoudnessMatch>(Setting::match), entry.model->info().levels,
                                  entry.measured_loudness_db)
      .source;
}

engine::LevelAdjustment Player::adjustment_of(const BankEntry& entry, const Settings& settings) const {
  return engine::level_adjustment(settings, entry.model->info().levels, entry.measured_loudness_db);
}

// What is known of its contents already.
void Player::adopt_known(BankEntry& entry, Measuring measuring) const {
  const Measurements::Key key = key_of(entry);
  if (const auto loudness = measurements_.loudness(key); loudness && !entry.is_measured) {
    entry.measured_loudness_db = loudness->db;
    entry.is_measured = true;
  }
  const std::optional<double> known = measurements_.load(key, conditions_.block);
  // Perhaps the machine was busy then: nothing is refused on old grounds.
  const bool is_doubted = measuring == Measuring::everything && known > budgets_.cpu;
  if (known && !is_doubted && entry.load_block != conditions_.block)
    adopt_load(entry, {.fraction = *known}, conditions_.block);
}

void Player::keep_measurements(const BankEntry& entry) {
  const Measurements::Key key = key_of(entry);
  // What is not certain is measured again the next time.
  if (entry.predicted_load && entry.is_load_certain)
    measurements_.keep_load(key, entry.load_block, *entry.predicted_load);
  if (entry.is_measured) measurements_.keep_loudness(key, {entry.measured_loudness_db});
}

void Player::measure_later() {
  if (!std::exchange(measuring_, true))
    boost::asio::co_spawn(control_, keep_measuring(), boost::asio::detached);
}

bool Player::lacks_load(const BankEntry& entry) const {
  return budgets_.measure && entry.load_block != conditions_.block;
}

// What all of them take, which is known soon; then how loud they are, the cheapest first.
std::optional<std::string> Player::next_to_measure(const std::set<std::string>& failed) const {
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

boost::asio::awaitable<void> Player::keep_measuring() {
  std::set<std::string> failed;
  while (const std::optional<std::string> name = next_to_measure(failed)) {
    try {
      co_await measure_entry(*name);
    } catch (const std::exception& error) {
      spdlog::error("\"{}\" cannot be measured: {}", *name, error.what());
      failed.insert(*name);
    }
  }
  measuring_ = false;
}

boost::asio::awaitable<void> Player::measure_entry(std::string name) {
  // On an entry of its own, since anything may happen to that of the bank meanwhile.
  BankEntry probe;
  {
    const BankEntry& entry = require_entry(name);
    probe.model = entry.model;
    probe.quality = entry.quality;
    probe.load_block = entry.load_block;
    probe.is_measured = entry.is_measured;
    probe.measured_loudness_db = entry.measured_loudness_db;
  }
  const bool asks_for_load = lacks_load(probe);
  const std::size_t block = conditions_.block;
  adopt_known(probe, Measuring::nothing);
  if (lacks_load(probe) || (!asks_for_load && !probe.is_measured)) {
    auto job = [measure = budgets_.measure, probe = std::move(probe), block, asks_for_load]() mutable {
      if (asks_for_load)
        adopt_load(probe, measure(*probe.model, block), block);
      else if (!std::exchange(probe.is_measured, true))
        probe.measured_loudness_db = engine::measured_loudness_db(*probe.model);
      return std::move(probe);
    };
    probe = co_await builder_.run(std::move(job));
    keep_measurements(probe);
  }
  BankEntry* const entry = bank_.find(name);
  if (entry != nullptr && entry->model == probe.model) adopt_measured(name, *entry, probe);
}

void Player::adopt_measured(const std::string& name, BankEntry& entry, const BankEntry& probe) {
  if (lacks_load(entry) && !lacks_load(probe)) {
    adopt_load(entry, {*probe.predicted_load, probe.load_spread, probe.is_load_certain}, probe.load_block);
    if (is_over_budget(entry))
      spdlog::warn("\"{}\" takes {:.0f} % of each block's time; the budget is {:.0f} %", name,
                   100.0 * *entry.predicted_load, 100.0 * budgets_.cpu);
  }
  if (!entry.is_measured && probe.is_measured) adopt_loudness(name, entry, probe.measured_loudness_db);
  changed();
}

void Player::adopt_loudness(const std::string& name, BankEntry& entry,
                            std::optional<float> measured_loudness_db) {
  const float before = adjustment_of(entry, settings_).output_db;
  entry.measured_loudness_db = measured_loudness_db;
  entry.is_measured = true;
  for (const std::string& warning : level_warnings(entry)) spdlog::warn("{}: {}", entry.path, warning);
  if (current_ == name && adjustment_of(entry, settings_).output_db != before)
    boost::asio::co_spawn(control_, match_anew(name), boost::asio::detached);
}

// The instance that plays was built without the loudness.
boost::asio::awaitable<void> Player::match_anew(std::string name) {
  try {
    SoundChange change{.what = "swap", .swap = SoundChange::Swap{name, settings_[Setting::fade_ms]}};
    co_await change_sound(std::move(change), nullptr, 0);
  } catch (const std::exception& error) {
    spdlog::debug("\"{}\" is not matched anew: {}", name, error.what());  // something else was swapped in
  }
}

}  // namespace namrack::player
