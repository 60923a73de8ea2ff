#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "player/library/bank.h"
#include "player/library/budgets.h"
#include "player/library/measurements.h"
#include "player/library/model_paths.h"
#include "player/library/model_preparation.h"
#include "player/worker.h"
#include "protocol/request.h"

namespace namrack::player {

/// Makes models ready to be played: has them read by the readers, built and measured by the builder, for the
/// conditions of now. Thread: control; what fails throws ProtocolError or ModelError and leaves nothing
/// behind.
class Workshop {
 public:
  /// `bank`: weights of what it has are shared.
  Workshop(Worker& readers, Worker& builder, const Bank& bank, ModelPaths paths, Budgets budgets);

  const ModelPaths& paths() const { return paths_; }
  const Budgets& budgets() const { return budgets_; }
  bool is_over_budget(const BankEntry& entry) const { return entry.predicted_load > budgets_.cpu; }
  const PlayingConditions& conditions() const { return conditions_; }
  /// Models are made for these from now on.
  void set_conditions(const PlayingConditions& conditions) { conditions_ = conditions; }
  /// The measurements, for the state file.
  const Measurements& measurements() const { return measurements_; }
  void restore(Measurements measurements) { measurements_ = std::move(measurements); }

  /// The file at each of these paths; the default one where nothing can be read.
  boost::asio::awaitable<std::map<std::string, FileIdentity>> look_at(std::vector<std::string> paths);
  /// An entry with a spare instance for the conditions of now.
  boost::asio::awaitable<BankEntry> prepare(std::string path, double quality, Measuring measuring);
  /// In the size asked for, or, if that takes too long a time a block, as `if_over` says.
  boost::asio::awaitable<BankEntry> prepare_within_budget(std::string path, double quality,
                                                          protocol::IfOver if_over, Measuring measuring);
  /// A prewarmed instance, made by `worker`.
  boost::asio::awaitable<std::unique_ptr<engine::ModelStage>> build(
      Worker& worker, std::shared_ptr<const engine::Model> model);
  Worker& builder() { return builder_; }

  /// Takes over what has been measured of the entry's contents, and the other way round.
  void adopt_known(BankEntry& entry, Measuring measuring) const;
  void keep_measurements(const BankEntry& entry);

  /// Destroys on the builder: giving back megabytes takes time.
  template <typename Thing>
  void discard(Thing thing) {
    builder_.post([thing = std::move(thing)] {});
  }

 private:
  std::vector<KnownModel> known_models(double quality) const;
  protocol::ProtocolError over_budget(const BankEntry& entry) const;

  Worker& readers_;
  Worker& builder_;
  const Bank& bank_;
  ModelPaths paths_;
  Budgets budgets_;
  PlayingConditions conditions_;
  Measurements measurements_;
};

}  // namespace namrack::player
