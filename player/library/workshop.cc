#include "player/library/workshop.h"

#include <fmt/format.h>

#include "engine/audio/paths.h"

namespace namrack::player {
using protocol::ErrorCode;
using protocol::ProtocolError;
namespace {

Measurements::Key key_of(const BankEntry& entry) {
  return {.content = entry.model->info().content_hash, .quality = entry.quality};
}

}  // namespace

Workshop::Workshop(Worker& readers, Worker& builder, const Bank& bank, ModelPaths paths, Budgets budgets)
    : readers_(readers),
      builder_(builder),
      bank_(bank),
      paths_(std::move(paths)),
      budgets_(std::move(budgets)) {}

boost::asio::awaitable<std::map<std::string, FileIdentity>> Workshop::look_at(
    std::vector<std::string> paths) {
  const auto look = [this, paths = std::move(paths)] {
    std::map<std::string, FileIdentity> files;
    for (const std::string& path : paths) files.emplace(path, identity_at(paths_, path));
    return files;
  };
  return readers_.run(look);
}

std::vector<KnownModel> Workshop::known_models(double quality) const {
  std::vector<KnownModel> known;
  for (const auto& [name, entry] : bank_.entries())
    if (entry.quality == quality)
      known.push_back({entry.file, entry.model, entry.measured_loudness_db, entry.is_measured});
  return known;
}

// Builds for the conditions of now; when they change meanwhile (another JACK server came up), builds again.
boost::asio::awaitable<BankEntry> Workshop::prepare(std::string path, double quality, Measuring measuring) {
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

boost::asio::awaitable<BankEntry> Workshop::prepare_within_budget(std::string path, double quality,
                                                                  protocol::IfOver if_over,
                                                                  Measuring measuring) {
  BankEntry entry = co_await prepare(path, quality, measuring);
  if (!is_over_budget(entry) || if_over == protocol::IfOver::force) co_return entry;
  const std::vector<engine::QualityStep> steps = entry.model->info().quality_steps;
  if (if_over == protocol::IfOver::slim) {
    for (auto step = steps.rbegin(); step != steps.rend() && is_over_budget(entry); ++step) {
      if (step->from >= entry.quality || step->macs_per_sample >= entry.model->info().macs_per_sample)
        continue;
      discard(std::move(entry));
      entry = co_await prepare(path, step->from, measuring);
    }
  }
  if (!is_over_budget(entry)) co_return entry;
  const ProtocolError error = over_budget(entry);
  discard(std::move(entry));
  throw error;
}

ProtocolError Workshop::over_budget(const BankEntry& entry) const {
  const double predicted = *entry.predicted_load;
  std::string message = fmt::format("it would take {:.0f} % of each block's time; the budget is {:.0f} %",
                                    100.0 * predicted, 100.0 * budgets_.cpu);
  if (!entry.is_load_certain)
    message += fmt::format(
        " (uncertain: the blocks were {:.0f} % apart, as when other programs keep the CPU "
        "busy; try again then, or with if_over=force)",
        100.0 * entry.load_spread);
  return {ErrorCode::cpu_budget,
          message,
          {{"predicted_load", predicted}, {"load_spread", entry.load_spread}, {"budget", budgets_.cpu}}};
}

boost::asio::awaitable<std::unique_ptr<engine::ModelStage>> Workshop::build(
    Worker& worker, std::shared_ptr<const engine::Model> model) {
  const auto job = [model, rate = conditions_.sample_rate] { return engine::make_model_stage(*model, rate); };
  return worker.run(job);
}

void Workshop::adopt_known(BankEntry& entry, Measuring measuring) const {
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

void Workshop::keep_measurements(const BankEntry& entry) {
  const Measurements::Key key = key_of(entry);
  // A load that is not certain is measured again the next time.
  if (entry.predicted_load && entry.is_load_certain)
    measurements_.keep_load(key, entry.load_block, *entry.predicted_load);
  if (entry.is_measured) measurements_.keep_loudness(key, {entry.measured_loudness_db});
}

}  // namespace namrack::player
