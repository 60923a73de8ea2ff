#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "engine/audio/stages/model.h"
#include "engine/model/model.h"
#include "player/bell.h"
#include "player/library/model_file.h"

namespace namrack::player {

/// Which contents of which file: another of the same path is another one once it has been written again.
struct FileIdentity {
  std::uint64_t device = 0, inode = 0, bytes = 0;
  std::int64_t modified_ns = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

/// A loaded model, ready to be played.
struct BankEntry {
  std::string path;
  FileIdentity file;
  double quality = 1.0;
  std::shared_ptr<const engine::Model> model;
  /// Prewarmed, for the next swap to it; null while it plays, and until it has come back and been reset.
  std::unique_ptr<engine::ModelStage> spare;
  double load_ms = 0.0;                       ///< reading, packing, prewarming
  std::optional<float> measured_loudness_db;  ///< of a standard recording; nullopt: as good as silent
  bool is_measured = false;                   ///< the loudness
  std::optional<double> predicted_load;       ///< fraction of the block's deadline; nullopt: not measured yet
  double load_spread = 0.0;                   ///< of that measurement
  bool is_load_certain = true;
  std::size_t load_block = 0;  ///< that it was measured for, frames
  std::size_t instance_bytes = 0;

  engine::CaptureLevels levels() const { return {model->info().levels, measured_loudness_db}; }
  /// Weights and one instance.
  std::size_t bytes() const { return model->weight_bytes() + instance_bytes; }
};

class Bank;

/// Keeps a name for one load, whatever becomes of it. Throws ProtocolError(busy) when another has it.
class Reservation {
 public:
  Reservation(Bank& bank, std::string name);
  ~Reservation();
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;

 private:
  Bank& bank_;
  std::string name_;
};

/// The loaded models by name. Thread: control; models are built and destroyed elsewhere.
class Bank {
 public:
  static constexpr std::size_t kMaxModels = 256;
  using Entries = std::map<std::string, BankEntry>;

  const Entries& entries() const { return entries_; }
  /// Memory of all: weights that several entries share count once.
  std::size_t bytes() const { return bytes_with({}); }
  /// The same if `others` took the places of those of their names; null: nothing does.
  std::size_t bytes_with(const std::map<std::string, const BankEntry*>& others) const;
  /// nullptr when there is none.
  BankEntry* find(const std::string& name);
  const BankEntry* find(const std::string& name) const;
  /// Adds or replaces; returns what was there, for destruction elsewhere.
  std::optional<BankEntry> put(const std::string& name, BankEntry entry);
  std::optional<BankEntry> take(const std::string& name);
  /// An entry that `instance` is an instance of and that lacks a spare; nullptr: nobody needs it.
  BankEntry* lacks_spare(const engine::ModelStage& instance);

  /// Whether an entry was made of this file, in this size.
  bool has(const ModelFile& file) const;

  /// Reserves `name` while it is being loaded; false when it is already reserved.
  bool reserve(const std::string& name) { return reserved_.insert(name).second; }
  void release(const std::string& name);
  bool is_reserved(const std::string& name) const { return reserved_.contains(name); }
  /// Holds `name` for a group that will replace or unload it when it takes effect.
  void hold(const std::string& name) { held_.insert(name); }
  void let_go(const std::string& name);
  bool is_held(const std::string& name) const { return held_.contains(name); }
  /// Rings when a name is free again.
  Bell& names_free() { return names_free_; }
  /// Room for one more name, those being loaded counted.
  bool has_room() const { return entries_.size() + reserved_.size() < kMaxModels; }

 private:
  Entries entries_;
  std::set<std::string> reserved_;
  std::multiset<std::string> held_;
  Bell names_free_;
};

}  // namespace namrack::player
