#include "player/library/library.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>
#include <vector>

#include "engine/audio/paths.h"
#include "player/library/entry_levels.h"
#include "player/spawn.h"
#include "protocol/nearest.h"

namespace namrack::player {
using engine::ModelStage;
using protocol::ErrorCode;
using protocol::ProtocolError;
namespace {

ProtocolError busy(const std::string& name, const std::string& sentence) {
  return {ErrorCode::busy, sentence, {{"name", name}}};
}

}  // namespace

Library::Library(boost::asio::io_context& control, Worker& readers, Worker& builder, PlayerState& state,
                 ModelPaths paths, Budgets budgets, Users users)
    : control_(control),
      state_(state),
      workshop_(readers, builder, bank_, std::move(paths), std::move(budgets)),
      missing_(workshop_),
      warm_(control, bank_, workshop_, missing_),
      measurer_(control, bank_, workshop_, state),
      users_(std::move(users)) {}

// ---- By name

const BankEntry* Library::find(const std::string& name, const Group* group) const {
  if (group != nullptr) {
    const auto loaded = group->loads.find(name);
    if (loaded != group->loads.end()) return &loaded->second.entry;
    if (group->unloads.contains(name)) return nullptr;
  }
  return bank_.find(name);
}

BankEntry& Library::require(const std::string& name, Group* group) {
  // Both are ours, so that the entry may be changed.
  if (const BankEntry* const entry = find(name, group)) return const_cast<BankEntry&>(*entry);
  if (missing_.has(name)) throw missing_.error_for(name);
  std::vector<std::string> names;
  for (const auto& [known, other] : bank_.entries())
    if (find(known, group) != nullptr) names.push_back(known);
  if (group != nullptr)
    for (const auto& [loaded, load] : group->loads) names.push_back(loaded);
  const std::optional<std::string> near = protocol::nearest(name, names);
  throw ProtocolError(ErrorCode::not_found,
                      "no model named \"" + name + "\" is loaded" + protocol::did_you_mean(near),
                      protocol::with_nearest({{"name", name}}, near));
}

std::optional<double> Library::predicted_load() const {
  const BankEntry* const entry = state_.current() ? bank_.find(*state_.current()) : nullptr;
  return entry != nullptr ? entry->predicted_load : 0.0;
}

bool Library::is_current_missing() const {
  return state_.current() && (state_.rate_fault() || bank_.find(*state_.current()) == nullptr);
}

bool Library::is_ready(const std::optional<ModelFile>& file) const {
  return !file || bank_.has(*file) || warm_.is(*file);
}

bool Library::is_playable(const std::optional<ModelFile>& file) const {
  return is_ready(file) || missing_.fault_of(file->path) == nullptr;
}

void Library::require_not_held(const std::string& name, const Group* own) const {
  const bool is_own = own != nullptr && std::ranges::find(own->held, name) != own->held.end();
  if (bank_.is_held(name) && !is_own)
    throw busy(name, "model \"" + name + "\" is about to be replaced or unloaded");
}

void Library::require_unloadable(const std::string& name, const std::optional<std::string>& playing) const {
  if (playing == name) throw busy(name, "model \"" + name + "\" is audible; swap to another one first");
  if (users_.swaps_to(name))
    throw busy(name,
               "a swap to \"" + name + "\" is under way, or waits for its time: see `pending`, `cancel`");
  require_not_held(name);
  if (bank_.is_reserved(name)) throw busy(name, "model \"" + name + "\" is being replaced");
}

// ---- Loading

void Library::require_room(const std::string& name, const BankEntry* entry, const Group* group) {
  if (entry == nullptr) {
    if (find(name, group) == nullptr && !bank_.has_room())
      throw ProtocolError(ErrorCode::limit, "the bank is full", {{"limit", Bank::kMaxModels}});
    return;
  }
  std::map<std::string, const BankEntry*> others{{name, entry}};
  if (group != nullptr) {
    for (const auto& [other, load] : group->loads) others.emplace(other, &load.entry);
    for (const std::string& other : group->unloads) others.emplace(other, nullptr);
  }
  const std::size_t needed = bank_.bytes_with(others);
  const std::size_t budget = workshop_.budgets().memory;
  if (warm_.entry() != nullptr && needed + warm_.entry()->bytes() > budget) warm_.drop();
  if (needed <= budget) return;
  throw ProtocolError(ErrorCode::mem_budget,
                      fmt::format("the bank would take {} bytes; the budget is {}", needed, budget),
                      {{"bytes", entry->bytes()}, {"used", bank_.bytes()}, {"budget", budget}});
}

// The same file, unchanged since, in the same size: who asks for it once more has it.
boost::asio::awaitable<bool> Library::is_loaded_from(std::string name, std::string path, double quality) {
  std::vector<std::string> paths{path};
  const std::map<std::string, FileIdentity> files = co_await workshop_.look_at(std::move(paths));
  const FileIdentity& file = files.at(path);
  const BankEntry* const entry = bank_.find(name);
  co_return entry != nullptr&& file != FileIdentity{} && entry->file == file &&
      entry->model->info().is_same_size(entry->quality, quality);
}

boost::asio::awaitable<std::optional<Group::Load>> Library::prepare(protocol::LoadRequest request,
                                                                    Measuring measuring,
                                                                    std::shared_ptr<Group> group) {
  const std::string name = request.name;
  const bool is_staged = group && group->loads.contains(name);
  if (find(name, group.get()) != nullptr && !request.replace) {
    const bool has_it = co_await is_loaded_from(name, request.path, request.quality);
    if (has_it && !is_staged) co_return std::nullopt;
    throw busy(name, "a model named \"" + name + "\" is already loaded; replace it with replace=true");
  }
  if (is_staged) throw busy(name, "model \"" + name + "\" is loaded twice");
  require_room(name, nullptr, group.get());
  if (group) require_not_held(name, group.get());
  Group::Load load{
      .request = request, .entry = {}, .reservation = std::make_unique<Reservation>(bank_, name)};
  load.entry =
      co_await workshop_.prepare_within_budget(request.path, request.quality, request.if_over, measuring);
  try {
    state_.require_rev(request.if_rev);
    if (users_.swaps_now(name) || (!group && bank_.is_held(name)))
      throw busy(name, "a swap to \"" + name + "\" is waiting");
    require_room(name, &load.entry, group.get());
  } catch (...) {
    workshop_.discard(std::move(load.entry));
    throw;
  }
  co_return std::optional<Group::Load>(std::move(load));
}

void Library::put(const protocol::LoadRequest& request, BankEntry entry, Origin origin) {
  const auto& info = entry.model->info();
  boost::json::object data{{"name", request.name}, {"path", entry.path}, {"architecture", info.architecture}};
  const std::string load = entry.predicted_load
                               ? fmt::format("predicted load {:.1f} %", 100.0 * *entry.predicted_load)
                               : "its load is measured later";
  spdlog::info("loaded \"{}\" from {} ({}, {} weights, {:.1f} ms, {})", request.name, entry.path,
               info.architecture, info.weights, entry.load_ms, load);
  for (const std::string& warning : info.warnings) spdlog::warn("{}: {}", entry.path, warning);
  for (const std::string& warning : level_warnings(entry, state_.settings()))
    spdlog::warn("{}: {}", entry.path, warning);
  std::optional<BankEntry> former = bank_.put(request.name, std::move(entry));
  data["change"] = former ? "replaced" : "loaded";
  workshop_.discard(std::move(former));
  missing_.remove(request.name);
  users_.put(request.name);
  users_.changed();
  state_.publish_change(protocol::Topic::bank, std::nullopt, data, origin);
  state_.changed();
}

void Library::take(const std::string& name, Origin origin) {
  workshop_.discard(bank_.take(name));
  missing_.remove(name);
  users_.changed();
  state_.publish_change(protocol::Topic::bank, std::nullopt, {{"change", "unloaded"}, {"name", name}},
                        origin);
  state_.changed();
}

void Library::miss(ModelFile file) {
  missing_.add(std::move(file));
  users_.changed();
}

void Library::set_conditions(const PlayingConditions& conditions) {
  const bool new_block = conditions.block != workshop_.conditions().block;
  workshop_.set_conditions(conditions);
  if (new_block) measurer_.measure_later();
}

// ---- Instances

// It has a past: it is reset on the builder before it waits for its next turn.
void Library::take_back(std::unique_ptr<engine::Path> path) {
  std::unique_ptr<ModelStage> instance = engine::take_model(std::move(path));
  if (!instance) return;
  if (bank_.lacks_spare(*instance) == nullptr)
    workshop_.discard(std::move(instance));
  else
    spawn(control_, "resetting a model", recycle(std::move(instance)));
}

boost::asio::awaitable<void> Library::recycle(std::unique_ptr<ModelStage> instance) {
  auto job = [instance = std::move(instance)]() mutable {
    instance->reset();
    return std::move(instance);
  };
  std::unique_ptr<ModelStage> fresh = co_await workshop_.builder().run(std::move(job));
  keep_or_discard(std::move(fresh));
}

void Library::keep_or_discard(std::unique_ptr<ModelStage> instance) {
  BankEntry* entry = bank_.lacks_spare(*instance);
  if (entry != nullptr && instance->host_rate() == workshop_.conditions().sample_rate)
    entry->spare = std::move(instance);
  else
    workshop_.discard(std::move(instance));
}

boost::asio::awaitable<void> Library::rebuild_spares() {
  warm_.drop();
  warm_.update();
  std::vector<std::string> names;
  for (const auto& [name, entry] : bank_.entries()) names.push_back(name);
  for (const std::string& name : names) {
    const double rate = workshop_.conditions().sample_rate;
    BankEntry* entry = bank_.find(name);
    if (entry == nullptr || (entry->spare && entry->spare->host_rate() == rate)) continue;
    workshop_.discard(std::exchange(entry->spare, nullptr));
    if (state_.current() == name) continue;
    try {
      std::unique_ptr<ModelStage> built = co_await workshop_.build(workshop_.builder(), entry->model);
      keep_or_discard(std::move(built));
    } catch (const std::exception& error) {
      spdlog::error("\"{}\" cannot be played at {} Hz: {}", name, rate, error.what());
    }
  }
}

}  // namespace namrack::player
