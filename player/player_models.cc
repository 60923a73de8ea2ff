// The part of the player that has to do with building, keeping and discarding models.

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <utility>
#include <vector>

#include "engine/audio/paths.h"
#include "player/error_map.h"
#include "player/player.h"
#include "player/spawn.h"

namespace namrack::player {
using engine::ModelStage;
using protocol::ErrorCode;
using protocol::ProtocolError;
namespace {

using ModelPointer = std::shared_ptr<const engine::Model>;

}  // namespace

boost::asio::awaitable<LoadResult> Player::load(protocol::LoadRequest request, Origin origin) {
  return load_into_bank(std::move(request), settings_[Setting::fade_ms], origin);
}

boost::asio::awaitable<LoadResult> Player::load_unmeasured(protocol::LoadRequest request, Origin origin) {
  request.if_over = protocol::IfOver::force;
  return load_into_bank(std::move(request), settings_[Setting::fade_ms], origin, Measuring::nothing);
}

boost::asio::awaitable<LoadResult> Player::set_quality(protocol::QualityRequest request, Origin origin) {
  require_rev(request.if_rev);
  BankEntry& entry = require_entry(request.name);
  const engine::ModelInfo& info = entry.model->info();
  if (info.is_same_size(entry.quality, request.quality) && !bank_.is_reserved(request.name)) {
    if (std::exchange(entry.quality, info.has_sizes() ? request.quality : 1.0) != entry.quality) changed();
    LoadResult result{.rev = rev_};
    if (!info.has_sizes()) result.warnings = {"it has one size only: quality has no effect"};
    co_return result;
  }
  protocol::LoadRequest load{.name = request.name,
                             .path = entry.path,
                             .quality = request.quality,
                             .replace = true,
                             .if_rev = request.if_rev};
  co_return co_await load_into_bank(std::move(load), request.fade_ms.value_or(settings_[Setting::fade_ms]),
                                    origin);
}

boost::asio::awaitable<LoadResult> Player::load_into_bank(protocol::LoadRequest request, double fade_ms,
                                                          Origin origin, Measuring measuring) {
  require_rev(request.if_rev);
  const bool exists = bank_.find(request.name) != nullptr;
  if (exists && !request.replace) {
    if (co_await is_loaded_from(request.name, request.path, request.quality))
      co_return LoadResult{.rev = rev_};
    throw already_loaded(request.name);
  }
  if (!exists && !bank_.has_room()) throw bank_is_full();
  const Reservation reservation(bank_, request.name);
  BankEntry entry = co_await prepare_within_budget(request.path, request.quality, request.if_over, measuring);
  const bool in_use = open_changes_.swaps_now_to(request.name) || held_names_.contains(request.name);
  const bool conflict = request.if_rev && *request.if_rev != rev_;
  if (in_use || conflict) {
    discard(std::move(entry));
    require_rev(request.if_rev);
    throw ProtocolError(ErrorCode::busy, "a swap to \"" + request.name + "\" is waiting",
                        {{"name", request.name}});
  }

  try {
    require_memory(request.name, entry);
  } catch (...) {
    discard(std::move(entry));
    throw;
  }

  const bool audible = current_ == request.name;
  put_into_bank(request, std::move(entry), origin);
  if (measuring != Measuring::nothing) measure_later();  // what was too dear to wait for
  LoadResult result{.rev = rev_};
  if (!audible) co_return result;
  try {
    SoundChange change{.swap = SoundChange::Swap{request.name, fade_ms}};
    SoundResult sound = co_await change_sound(std::move(change), nullptr, origin);
    result.swap = std::move(sound.swap);
  } catch (const ProtocolError& error) {
    // The model is in the bank all the same, and somebody else's swap is what plays.
    if (error.code() != ErrorCode::superseded) throw;
  }
  result.rev = rev_;
  co_return result;
}

// The same file, unchanged since, in the same size: who asks for it once more has it.
boost::asio::awaitable<bool> Player::is_loaded_from(std::string name, std::string path, double quality) {
  const auto look = [this, path] { return identity_at(paths_, path); };
  const FileIdentity file = co_await readers_.run(look);
  const BankEntry* const entry = bank_.find(name);
  co_return entry != nullptr&& file != FileIdentity{} && entry->file == file &&
      entry->model->info().is_same_size(entry->quality, quality);
}

// Loads in the size asked for, or, if that takes too long a time a block, does what `if_over` says.
boost::asio::awaitable<BankEntry> Player::prepare_within_budget(std::string path, double quality,
                                                                protocol::IfOver if_over,
                                                                Measuring measuring) {
  BankEntry entry = co_await prepare_entry(path, quality, measuring);
  if (!is_over_budget(entry) || if_over == protocol::IfOver::force) co_return entry;
  const std::vector<engine::QualityStep> steps = entry.model->info().quality_steps;
  if (if_over == protocol::IfOver::slim) {
    for (auto step = steps.rbegin(); step != steps.rend() && is_over_budget(entry); ++step) {
      if (step->from >= entry.quality || step->macs_per_sample >= entry.model->info().macs_per_sample)
        continue;
      discard(std::move(entry));
      entry = co_await prepare_entry(path, step->from, measuring);
    }
  }
  if (!is_over_budget(entry)) co_return entry;
  const double predicted = *entry.predicted_load;
  const double spread = entry.load_spread;
  std::string message = fmt::format("it would take {:.0f} % of each block's time; the budget is {:.0f} %",
                                    100.0 * predicted, 100.0 * budgets_.cpu);
  if (!entry.is_load_certain)
    message += fmt::format(
        " (uncertain: the blocks were {:.0f} % apart, as when other programs keep the CPU "
        "busy; try again then, or with if_over=force)",
        100.0 * spread);
  discard(std::move(entry));
  throw ProtocolError(ErrorCode::cpu_budget, message,
                      {{"predicted_load", predicted}, {"load_spread", spread}, {"budget", budgets_.cpu}});
}

// What waits beside the bank gives way.
void Player::require_memory(const std::string& name, const BankEntry& entry, const Group* group) {
  std::map<std::string, const BankEntry*> others{{name, &entry}};
  if (group != nullptr) {
    for (const auto& [other, load] : group->loads) others.emplace(other, &load.entry);
    for (const std::string& other : group->unloads) others.emplace(other, nullptr);
  }
  const std::size_t needed = bank_.bytes_with(others);
  if (warm_ && needed + warm_->entry.bytes() > budgets_.memory)
    discard(std::move(std::exchange(warm_, std::nullopt)->entry));
  if (needed <= budgets_.memory) return;
  throw ProtocolError(ErrorCode::mem_budget,
                      fmt::format("the bank would take {} bytes; the budget is {}", needed, budgets_.memory),
                      {{"bytes", entry.bytes()}, {"used", bank_.bytes()}, {"budget", budgets_.memory}});
}

std::vector<KnownModel> Player::known_models(double quality) const {
  std::vector<KnownModel> known;
  for (const auto& [name, entry] : bank_.entries())
    if (entry.quality == quality)
      known.push_back({entry.file, entry.model, entry.measured_loudness_db, entry.is_measured});
  return known;
}

// Builds for the conditions of now; when they change meanwhile (another JACK server came up), builds again.
boost::asio::awaitable<BankEntry> Player::prepare_entry(std::string path, double quality,
                                                        Measuring measuring) {
  const auto read = [this, path, quality, known = known_models(quality)] {
    return read_model(paths_, path, quality, known);
  };
  BankEntry entry = co_await readers_.run(read);
  if (!entry.model->info().has_sizes()) entry.quality = 1.0;
  do {
    adopt_known(entry, measuring);
    auto build = [entry = std::move(entry), conditions = conditions_, budgets = budgets_,
                  measuring]() mutable {
      measure(entry, measuring, conditions.block, budgets);
      make_playable(entry, conditions.sample_rate);
      return std::move(entry);
    };
    entry = co_await builder_.run(std::move(build));
    keep_measurements(entry);
  } while (entry.spare->host_rate() != conditions_.sample_rate);
  co_return entry;
}

void Player::put_into_bank(const protocol::LoadRequest& request, BankEntry entry, Origin origin) {
  const auto& info = entry.model->info();
  boost::json::object data{{"name", request.name}, {"path", entry.path}, {"architecture", info.architecture}};
  const std::string load = entry.predicted_load
                               ? fmt::format("predicted load {:.1f} %", 100.0 * *entry.predicted_load)
                               : "its load is measured later";
  spdlog::info("loaded \"{}\" from {} ({}, {} weights, {:.1f} ms, {})", request.name, entry.path,
               info.architecture, info.weights, entry.load_ms, load);
  for (const std::string& warning : info.warnings) spdlog::warn("{}: {}", entry.path, warning);
  for (const std::string& warning : level_warnings(entry)) spdlog::warn("{}: {}", entry.path, warning);
  std::optional<BankEntry> former = bank_.put(request.name, std::move(entry));
  data["change"] = former ? "replaced" : "loaded";
  discard(std::move(former));
  missing_.erase(request.name);
  report_files();
  // What waits for its time is made ready anew, with the model that it meets.
  for (engine::Change* const command : open_changes_.commands_to(request.name)) command->cancel();
  warm_up();
  events_.publish(protocol::Topic::bank, next_rev(), std::nullopt, data, origin);
  changed();
}

boost::asio::awaitable<std::unique_ptr<ModelStage>> Player::build_instance(Worker& worker,
                                                                           ModelPointer model) {
  const auto job = [model, rate = conditions_.sample_rate] { return engine::make_model_stage(*model, rate); };
  co_return co_await worker.run(job);
}

boost::asio::awaitable<void> Player::prepare_for(PlayingConditions conditions) {
  const bool new_rate = conditions.sample_rate != conditions_.sample_rate;
  conditions_.sample_rate = conditions.sample_rate;
  audio_.load.configure(conditions.sample_rate);
  audio_.recent_load.configure(conditions.sample_rate);
  audio_.fade_load.configure(conditions.sample_rate);
  audio_.load.restart();
  set_block(conditions.block);
  if (!new_rate) co_return;
  discard(audio_.rig.set_sample_rate(conditions.sample_rate));
  co_await rebuild_current();
  co_await rebuild_spares();
}

void Player::set_block(std::size_t frames) {
  if (std::exchange(conditions_.block, frames) != frames) measure_later();
}

// Puts the current model, built for the new rate, back into the idle rig. Nothing has changed for clients.
boost::asio::awaitable<void> Player::rebuild_current() {
  if (!current_) co_return;
  rate_fault_.reset();
  const std::string name = *current_;
  if (is_current_missing()) {
    co_await change_to_missing(name);
    co_return;
  }
  const BankEntry& entry = require_entry(name);
  const ModelPointer model = entry.model;
  std::unique_ptr<ModelStage> instance;
  std::string reason;
  try {
    instance = co_await build_instance(builder_, model);
  } catch (const std::exception& error) {
    reason = fmt::format("not at the server's {} Hz: {}", conditions_.sample_rate, error.what());
  }
  // A client may have swapped or replaced meanwhile.
  if (current_ != name || require_entry(name).model != model) {
    discard(std::move(instance));
    co_return;
  }
  if (!instance) {
    co_await change_to_missing(name);
    rate_fault_ = reason;
    report_files();
    co_return;
  }
  latency_frames_ = static_cast<std::uint32_t>(instance->latency_frames());
  auto change = std::make_unique<engine::Change>();
  change->incoming = engine::model_path(std::move(instance), require_entry(name).levels());
  driver_.submit(change, [](const engine::Change&) {});
  report_files();
  changed();
}

boost::asio::awaitable<void> Player::rebuild_spares() {
  if (warm_) discard(std::move(std::exchange(warm_, std::nullopt)->entry));
  warm_up();
  std::vector<std::string> names;
  for (const auto& [name, entry] : bank_.entries()) names.push_back(name);
  for (const std::string& name : names) {
    BankEntry* entry = bank_.find(name);
    if (entry == nullptr || (entry->spare && entry->spare->host_rate() == conditions_.sample_rate)) continue;
    discard(std::exchange(entry->spare, nullptr));
    if (current_ == name) continue;
    try {
      std::unique_ptr<ModelStage> built = co_await build_instance(builder_, entry->model);
      keep_or_discard(std::move(built));
    } catch (const std::exception& error) {
      spdlog::error("\"{}\" cannot be played at {} Hz: {}", name, conditions_.sample_rate, error.what());
    }
  }
}

// What the rig returns has a past: it is reset on the builder before it waits for its next turn.
void Player::take_back(std::unique_ptr<engine::Path> path) {
  std::unique_ptr<ModelStage> instance = engine::take_model(std::move(path));
  if (!instance) return;
  if (bank_.lacks_spare(*instance) == nullptr) {
    discard(std::move(instance));
    return;
  }
  spawn(control_, "resetting a model", recycle(std::move(instance)));
}

boost::asio::awaitable<void> Player::recycle(std::unique_ptr<ModelStage> instance) {
  auto job = [instance = std::move(instance)]() mutable {
    instance->reset();
    return std::move(instance);
  };
  std::unique_ptr<ModelStage> fresh = co_await builder_.run(std::move(job));
  keep_or_discard(std::move(fresh));
}

void Player::keep_or_discard(std::unique_ptr<ModelStage> instance) {
  BankEntry* entry = bank_.lacks_spare(*instance);
  if (entry != nullptr && instance->host_rate() == conditions_.sample_rate)
    entry->spare = std::move(instance);
  else
    discard(std::move(instance));
}

}  // namespace namrack::player
