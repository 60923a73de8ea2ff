#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <optional>
#include <utility>

#include "player/library/bank.h"
#include "player/library/missing_models.h"
#include "player/library/workshop.h"

namespace namrack::player {

/// The model of the scene that comes next, kept ready beside the bank, if there is memory for it. Thread:
/// control.
class WarmModel {
 public:
  /// Tells which one it is; nullopt: none, or one that is loaded.
  using Wanted = std::function<std::optional<ModelFile>()>;

  WarmModel(boost::asio::io_context& control, const Bank& bank, Workshop& workshop, MissingModels& missing)
      : control_(control), bank_(bank), workshop_(workshop), missing_(missing) {}

  void on_wanted(Wanted wanted) { wanted_ = std::move(wanted); }
  /// Called when its file cannot be played, which changes what is wanted.
  void on_fault(std::function<void()> callback) { fault_ = std::move(callback); }

  /// Looks again which one is wanted, and makes it ready in the background.
  void update();
  bool is(const ModelFile& file) const { return warm_ && warm_->file == file; }
  /// nullptr: there is none.
  const BankEntry* entry() const { return warm_ ? &warm_->entry : nullptr; }
  /// Gives it away; there must be one.
  BankEntry take() { return std::move(std::exchange(warm_, std::nullopt)->entry); }
  /// The model that waits beside the bank gives way.
  void drop();

 private:
  struct Warm {
    ModelFile file;
    BankEntry entry;
  };
  boost::asio::awaitable<void> keep_warm();
  boost::asio::awaitable<void> make_ready();
  std::optional<ModelFile> wanted() const;

  boost::asio::io_context& control_;
  const Bank& bank_;
  Workshop& workshop_;
  MissingModels& missing_;
  Wanted wanted_;
  std::function<void()> fault_ = [] {};
  std::optional<Warm> warm_;
  bool is_working_ = false, again_ = false;
};

}  // namespace namrack::player
