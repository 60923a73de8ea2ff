#include "player/changes/open_changes.h"

#include <algorithm>

#include "protocol/error.h"

namespace namrack::player {
using protocol::ErrorCode;
using protocol::ProtocolError;

OpenChanges::Entry::Entry(OpenChanges& all, Change& change) : all_(all), change_(change) {
  if (!change.is_now() && all_.waiting().size() >= kMaxWaiting)
    throw ProtocolError(ErrorCode::limit,
                        std::to_string(kMaxWaiting) +
                            " changes wait for their time already; `pending` lists them, `cancel` ends them",
                        {{"limit", kMaxWaiting}});
  change.id = ++all_.last_id_;
  all_.changes_.emplace(change.id, &change);
}

OpenChanges::Entry::~Entry() {
  all_.changes_.erase(change_.id);
  change_.group.reset();  // the rig may keep the change until its fade has ended, but nobody's names
  change_.ended.set(!change_.is_wanted() && change_.state == Change::State::cancelled);
}

template <typename Predicate>
bool OpenChanges::any(Predicate predicate) const {
  return std::ranges::any_of(changes_, [&](const auto& entry) { return predicate(*entry.second); });
}

bool OpenChanges::any_swap() const {
  return any([](const Change& change) { return change.asked.swap.has_value(); });
}

bool OpenChanges::any_settings() const {
  return any([](const Change& change) { return !change.asked.settings.is_empty(); });
}

bool OpenChanges::any_outside_rig() const {
  return any([](const Change& change) { return !change.is_in_rig(); });
}

const Change* OpenChanges::first_now() const {
  const auto found = std::ranges::find_if(changes_, [](const auto& entry) { return entry.second->is_now(); });
  return found != changes_.end() ? found->second : nullptr;
}

bool OpenChanges::swaps_to(const std::string& model) const {
  return any([&](const Change& change) { return change.swaps_to(model); });
}

bool OpenChanges::swaps_now_to(const std::string& model) const {
  return any([&](const Change& change) { return change.swaps_to(model) && change.is_now(); });
}

bool OpenChanges::recalls(const std::string& scene) const {
  return any([&](const Change& change) { return change.asked.scene && change.asked.scene->name == scene; });
}

std::vector<Change*> OpenChanges::waiting() const {
  std::vector<Change*> result;
  for (const auto& [id, change] : changes_)
    if (!change->is_now()) result.push_back(change);
  return result;
}

Change* OpenChanges::find_waiting(std::uint64_t id) const {
  const auto found = changes_.find(id);
  if (found == changes_.end() || found->second->is_now() || !found->second->is_wanted()) return nullptr;
  return found->second;
}

}  // namespace namrack::player
