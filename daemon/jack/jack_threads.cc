#include "daemon/jack/jack_threads.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace namrack::daemon {
namespace {

// A call into libjack that lasts longer hangs. Longer than jackd waits for another client that hangs, and
// than it takes to activate one on a machine that is far too busy.
constexpr std::chrono::milliseconds kPatience{20000};

}  // namespace

const std::shared_ptr<JackThread>& JackThreads::take() {
  if (current_ && current_->hangs()) give_up();
  if (current_) return current_;
  const auto idle = std::ranges::find_if(hanging_, [](const auto& thread) { return thread->is_idle(); });
  if (idle != hanging_.end()) {
    current_ = *idle;
    current_->forgive();
    hanging_.erase(idle);
  } else if (hanging_.size() < kMaxHanging) {
    current_ = std::make_shared<JackThread>(control_, kPatience);
  } else {
    throw TooManyHang(
        fmt::format("{} threads hang in libjack, the last one at {}: restart the JACK server, or namrackd",
                    hanging_.size(), hanging_.back()->hanging_call()));
  }
  return current_;
}

void JackThreads::give_up() {
  const int cut = cut_off_jack_servers();
  spdlog::error("JACK: {} hangs; that thread is given up, and {} connections to the server are cut",
                current_->hanging_call(), cut);
  hanging_.push_back(std::exchange(current_, nullptr));
}

bool JackThreads::stop(std::chrono::milliseconds patience) {
  const bool is_finished = !current_ || current_->stop(patience);
  return is_finished && std::ranges::all_of(hanging_, [](const auto& thread) { return thread->is_idle(); });
}

}  // namespace namrack::daemon
