#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "player/library/bank.h"
#include "player/library/group.h"
#include "player/library/measurer.h"
#include "player/library/missing_models.h"
#include "player/library/warm_model.h"
#include "player/library/workshop.h"
#include "player/state/player_state.h"

namespace namrack::player {

/// The models that can be played: those in the bank, those that are missing, the one that waits beside it,
/// and who may replace or unload which. Knows nothing of what plays, apart from its name. Thread: control.
/// Methods that are asked for something throw ProtocolError, and then nothing has changed.
class Library {
 public:
  /// Calls to those who use the library.
  struct Users {
    std::function<void()> changed;                                ///< models have come or gone
    std::function<void(const std::string&)> put;                  ///< one of this name
    std::function<bool(const std::string&)> swaps_to, swaps_now;  ///< whether such a change is under way
  };

  Library(boost::asio::io_context& control, Worker& readers, Worker& builder, PlayerState& state,
          ModelPaths paths, Budgets budgets, Users users);

  Bank& bank() { return bank_; }
  const Bank& bank() const { return bank_; }
  Workshop& workshop() { return workshop_; }
  const Workshop& workshop() const { return workshop_; }
  MissingModels& missing() { return missing_; }
  const MissingModels& missing() const { return missing_; }
  WarmModel& warm() { return warm_; }
  Measurer& measurer() { return measurer_; }

  // ---- By name. With a group: as it will be when that has taken effect.
  // ------------------------------------

  /// nullptr: there will be none.
  const BankEntry* find(const std::string& name, const Group* group = nullptr) const;
  BankEntry& require(const std::string& name, Group* group = nullptr);
  /// The load of what plays; 0 for the dry signal, nullopt while it has not been measured.
  std::optional<double> predicted_load() const;
  /// True when what should play cannot, and what `on_missing` says is in its place.
  bool is_current_missing() const;
  /// Whether it could be played at once; whether nothing is known that keeps it from being loaded. The dry
  /// signal always can.
  bool is_ready(const std::optional<ModelFile>& file) const;
  bool is_playable(const std::optional<ModelFile>& file) const;
  /// Whether a swap to it is under way: then it is not replaced.
  bool is_wanted_now(const std::string& name) const { return users_.swaps_now(name); }
  /// Refuses a name that a waiting group, but not `own`, will replace or unload.
  void require_not_held(const std::string& name, const Group* own = nullptr) const;
  /// `playing` is what will be audible when it goes.
  void require_unloadable(const std::string& name, const std::optional<std::string>& playing) const;

  // ---- Loading --------------------------------------------------------------------------------------------

  /// Reads, builds and measures what is asked for, within the budgets; nullopt: the bank has it already. Its
  /// name is reserved until it is put into the bank, or destroyed. `group`: what it will be put there with.
  boost::asio::awaitable<std::optional<Group::Load>> prepare(protocol::LoadRequest request,
                                                             Measuring measuring,
                                                             std::shared_ptr<Group> group = nullptr);
  /// Throws E_LIMIT when the bank has no room for the name, and E_MEM_BUDGET when the memory budget has none
  /// for `entry` (null: it is not known yet). What waits beside the bank gives way.
  void require_room(const std::string& name, const BankEntry* entry, const Group* group);
  void put(const protocol::LoadRequest& request, BankEntry entry, Origin origin);
  void take(const std::string& name, Origin origin);
  /// It should be in the bank, but cannot be loaded.
  void miss(ModelFile file);

  /// Models are made for these from now on. After a new size of the block, models are measured again.
  void set_conditions(const PlayingConditions& conditions);

  // ---- Instances ------------------------------------------------------------------------------------------

  /// Takes what the rig has finished with: it is reset and becomes the spare of its entry, if that lacks one.
  void take_back(std::unique_ptr<engine::Path> path);
  /// For the conditions of now, apart from that of the model that plays.
  boost::asio::awaitable<void> rebuild_spares();

 private:
  boost::asio::awaitable<bool> is_loaded_from(std::string name, std::string path, double quality);
  boost::asio::awaitable<void> recycle(std::unique_ptr<engine::ModelStage> instance);
  void keep_or_discard(std::unique_ptr<engine::ModelStage> instance);

  boost::asio::io_context& control_;
  PlayerState& state_;
  Bank bank_;
  Workshop workshop_;
  MissingModels missing_;
  WarmModel warm_;
  Measurer measurer_;
  Users users_;
};

}  // namespace namrack::player
