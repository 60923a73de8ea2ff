#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "player/library/bank.h"
#include "player/library/workshop.h"
#include "player/state/player_state.h"

namespace namrack::player {

/// Measures in the background what has not been measured of the models in the bank: what they take for a
/// block of the size of now, and how loud they are. Thread: control; the builder does the work.
class Measurer {
 public:
  Measurer(boost::asio::io_context& control, Bank& bank, Workshop& workshop, PlayerState& state)
      : control_(control), bank_(bank), workshop_(workshop), state_(state) {}

  /// Begins, unless it is under way.
  void measure_later();
  /// Called when the model that plays is to be matched in level otherwise than it is.
  void on_mismatch(std::function<void(const std::string&)> callback) { mismatch_ = std::move(callback); }

 private:
  boost::asio::awaitable<void> keep_measuring();
  boost::asio::awaitable<void> measure_entry(std::string name);
  std::optional<std::string> next_to_measure(const std::set<std::string>& failed) const;
  bool lacks_load(const BankEntry& entry) const;
  void adopt_measured(const std::string& name, BankEntry& entry, const BankEntry& probe);
  void adopt_loudness(const std::string& name, BankEntry& entry, std::optional<float> measured_loudness_db);

  boost::asio::io_context& control_;
  Bank& bank_;
  Workshop& workshop_;
  PlayerState& state_;
  bool is_measuring_ = false;
  std::function<void(const std::string&)> mismatch_ = [](const std::string&) {};
};

}  // namespace namrack::player
