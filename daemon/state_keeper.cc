#include "daemon/state_keeper.h"

#include <spdlog/spdlog.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "daemon/exit_code.h"
#include "player/plain_words.h"
#include "player/state/durable_file.h"
#include "protocol/quote.h"

namespace namrack::daemon {
namespace asio = boost::asio;
using protocol::ProblemCode;

StateKeeper::StateKeeper(asio::io_context& control, player::Worker& writer, player::Problems& problems,
                         std::optional<std::filesystem::path> file, std::function<player::SavedState()> state)
    : control_(control), writer_(writer), problems_(problems), state_(std::move(state)), wake_(control) {
  if (file) store_.emplace(std::move(*file));
}

asio::awaitable<std::optional<player::SavedState>> StateKeeper::read() {
  if (!store_) co_return std::nullopt;
  const auto job = [this] { return store_->read(); };
  std::optional<player::RestoredState> restored;
  try {
    restored = co_await writer_.run(job);
  } catch (const player::UnusableFile& fault) {
    throw StartupError(fault.is_permission() ? ExitCode::permission : ExitCode::bad_config,
                       std::string("the state file ") + fault.what() +
                           "; name another one with --state, or start with --no-state");
  }
  if (!restored) co_return std::nullopt;
  report(*restored);
  co_return std::move(restored->state);
}

// A loss is told for as long as the daemon runs: who plays should know it before the songs do.
void StateKeeper::report(const player::RestoredState& restored) {
  const std::string file = store_->file().string(), name = protocol::quote(file);
  if (restored.is_newer) {
    problems_.raise(
        ProblemCode::state_newer, file,
        "the state file " + name +
            " was written by a newer version of namrack: it is left as it is, and nothing is saved; "
            "update namrack, or name another file with --state");
    return;
  }
  if (restored.lost.empty()) return;
  constexpr std::size_t kMostNamed = 5;
  std::string lost;
  for (std::size_t i = 0; i < restored.lost.size() && i < kMostNamed; ++i)
    lost += (i > 0 ? "; " : "") + restored.lost[i];
  if (restored.lost.size() > kMostNamed)
    lost += "; and " + std::to_string(restored.lost.size() - kMostNamed) + " more";
  const std::string where =
      restored.aside.empty()
          ? "it stays as it is, and nothing is saved over it: make room beside it, and start again"
          : "the damaged file is kept as " + protocol::quote(restored.aside.string());
  problems_.raise(ProblemCode::state_damaged, file,
                  "the state file " + name + " was damaged (" + lost + "); " + where);
  if (store_->may_write()) make_due(Clock::now());
}

void StateKeeper::make_due(Clock::time_point time) {
  if (time >= due_) return;
  due_ = time;
  wake_.cancel();
}

void StateKeeper::note_change() {
  if (store_ && store_->may_write()) make_due(Clock::now() + kDelay);
}

asio::awaitable<std::optional<bool>> StateKeeper::save() {
  if (!store_) co_return std::nullopt;
  if (!store_->may_write()) co_return false;
  const auto waiter = std::make_shared<Waiter>(control_);
  waiters_.push_back(waiter);
  make_due(Clock::now());
  boost::system::error_code woken;
  co_await waiter->timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  if (!waiter->saved) report_unsaved("the disk has not answered for 2 s");
  co_return waiter->saved.value_or(false);
}

asio::awaitable<void> StateKeeper::wait_until_due() {
  while (Clock::now() < due_) {
    wake_.expires_at(due_);
    boost::system::error_code woken;
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

asio::awaitable<void> StateKeeper::run() {
  for (;;) {
    co_await wait_until_due();
    due_ = Clock::time_point::max();
    const auto waiters = std::exchange(waiters_, {});
    const auto job = [this, state = state_()] { return write(state); };
    const std::string fault = co_await writer_.run(job);
    for (const auto& waiter : waiters) {
      waiter->saved = fault.empty();
      waiter->timer.cancel();
    }
    if (fault.empty()) {
      problems_.clear(ProblemCode::state_unsaved, store_->file().string());
    } else {
      report_unsaved(fault);
      make_due(Clock::now() + kRetry);
    }
  }
}

std::string StateKeeper::write(const player::SavedState& state) const {
  try {
    store_->write(state);
    return {};
  } catch (const std::exception& error) {
    return player::plain_words(error);
  }
}

void StateKeeper::report_unsaved(const std::string& reason) {
  const std::string file = store_->file().string();
  problems_.raise(ProblemCode::state_unsaved, file,
                  "the state cannot be saved in " + protocol::quote(file) + " (" + reason +
                      "): what changes now is lost at the next start; it is tried again every second");
}

void StateKeeper::finish() {
  if (!store_ || !store_->may_write()) return;
  writer_.post([this, state = state_()] {
    const std::string fault = write(state);
    if (!fault.empty()) spdlog::error("the state is not saved: {}", fault);
  });
}

}  // namespace namrack::daemon
