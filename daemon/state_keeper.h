#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "player/problems.h"
#include "player/state/state_store.h"
#include "player/worker.h"

namespace namrack::daemon {

/// Keeps the state file up to date: what changes the sound within half a second, what changes structure
/// before it is answered. One file is written after the other; what is asked for meanwhile shares the next
/// one. What fails is a problem, and is tried again until it succeeds. Thread: control; the disk is waited
/// for by the writer.
class StateKeeper {
 public:
  /// From a change of the sound until it is written.
  static constexpr std::chrono::milliseconds kDelay{500};
  /// The longest that an answer waits for the disk.
  static constexpr std::chrono::milliseconds kPatience{2000};
  static constexpr std::chrono::milliseconds kRetry{1000};

  /// nullopt: nothing is kept. `state` tells what is to be written.
  StateKeeper(boost::asio::io_context& control, player::Worker& writer, player::Problems& problems,
              std::optional<std::filesystem::path> file, std::function<player::SavedState()> state);

  /// The state of the last run; raises a problem for what of it is lost. Throws StartupError when there is
  /// something that cannot be read.
  boost::asio::awaitable<std::optional<player::SavedState>> read();

  /// Something has changed that the file keeps.
  void note_change();
  /// Returns when everything up to now has been written: true; or could not be: false. nullopt: no state is
  /// kept.
  boost::asio::awaitable<std::optional<bool>> save();
  /// Writes whenever it is due; never returns.
  boost::asio::awaitable<void> run();
  /// Has the writer write a last time.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;
  /// An answer that waits for the disk.
  struct Waiter {
    explicit Waiter(boost::asio::io_context& control) : timer(control, kPatience) {}
    boost::asio::steady_timer timer;
    std::optional<bool> saved;
  };

  boost::asio::awaitable<void> wait_until_due();
  void make_due(Clock::time_point time);
  /// The fault; empty when there was none.
  std::string write(const player::SavedState& state) const;
  void report(const player::RestoredState& restored);
  void report_unsaved(const std::string& reason);

  boost::asio::io_context& control_;
  player::Worker& writer_;
  player::Problems& problems_;
  std::optional<player::StateStore> store_;
  std::function<player::SavedState()> state_;
  boost::asio::steady_timer wake_;
  Clock::time_point due_ = Clock::time_point::max();
  std::vector<std::shared_ptr<Waiter>> waiters_;
};

}  // namespace namrack::daemon
