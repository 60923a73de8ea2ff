#include "daemon/bank.h"

#include <utility>

namespace namrack::daemon {

BankEntry* Bank::find(const std::string& name) {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

const BankEntry* Bank::find(const std::string& name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

std::optional<BankEntry> Bank::put(const std::string& name, BankEntry entry) {
  std::optional<BankEntry> former = take(name);
  entries_.emplace(name, std::move(entry));
  return former;
}

std::optional<BankEntry> Bank::take(const std::string& name) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return std::nullopt;
  std::optional<BankEntry> entry(std::move(found->second));
  entries_.erase(found);
  return entry;
}

BankEntry* Bank::lacks_spare(const engine::RackModel& instance) {
  for (auto& [name, entry] : entries_)
    if (entry.model == instance.model()) return entry.spare ? nullptr : &entry;
  return nullptr;
}

}  // namespace namrack::daemon
