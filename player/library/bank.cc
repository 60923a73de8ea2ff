#include "player/library/bank.h"

#include <utility>

#include "protocol/error.h"

namespace namrack::player {
namespace {

class MemorySum {
 public:
  void add(const BankEntry& entry) {
    bytes_ += entry.instance_bytes;
    if (models_.insert(entry.model.get()).second) bytes_ += entry.model->weight_bytes();
  }
  std::size_t bytes() const { return bytes_; }

 private:
  std::set<const engine::Model*> models_;
  std::size_t bytes_ = 0;
};

}  // namespace

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

BankEntry* Bank::lacks_spare(const engine::ModelStage& instance) {
  for (auto& [name, entry] : entries_)
    if (entry.model->plan() == instance.plan() && !entry.spare) return &entry;
  return nullptr;
}

bool Bank::has(const ModelFile& file) const {
  const BankEntry* const entry = find(file.name);
  return entry != nullptr && entry->path == file.path &&
         entry->model->info().is_same_size(entry->quality, file.quality);
}

void Bank::release(const std::string& name) {
  reserved_.erase(name);
  names_free_.ring();
}

void Bank::let_go(const std::string& name) {
  held_.erase(held_.find(name));
  names_free_.ring();
}

std::size_t Bank::bytes_with(const std::map<std::string, const BankEntry*>& others) const {
  MemorySum sum;
  for (const auto& [name, entry] : others)
    if (entry != nullptr) sum.add(*entry);
  for (const auto& [name, entry] : entries_)
    if (!others.contains(name)) sum.add(entry);
  return sum.bytes();
}

Reservation::Reservation(Bank& bank, std::string name) : bank_(bank), name_(std::move(name)) {
  if (!bank_.reserve(name_))
    throw protocol::ProtocolError(protocol::ErrorCode::busy,
                                  "model \"" + name_ + "\" is already being loaded", {{"name", name_}});
}

Reservation::~Reservation() {
  bank_.release(name_);
}

}  // namespace namrack::player
