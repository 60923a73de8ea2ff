#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <set>

namespace namrack::player {

/// Tells all who wait that something has changed, as often as it does; they look what. Thread: control.
class Bell {
 public:
  using Clock = std::chrono::steady_clock;

  void ring() {
    for (boost::asio::steady_timer* const waiter : waiters_) waiter->cancel();
  }
  /// Returns when the bell rings, or at the deadline.
  boost::asio::awaitable<void> wait(Clock::time_point deadline = Clock::time_point::max()) {
    Waiter waiter(*this, co_await boost::asio::this_coro::executor, deadline);
    boost::system::error_code rung;
    co_await waiter.timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, rung));
  }

 private:
  struct Waiter {
    Waiter(Bell& bell, const boost::asio::any_io_executor& executor, Clock::time_point deadline)
        : all(bell.waiters_), timer(executor, deadline) {
      all.insert(&timer);
    }
    ~Waiter() { all.erase(&timer); }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    std::set<boost::asio::steady_timer*>& all;
    boost::asio::steady_timer timer;
  };
  std::set<boost::asio::steady_timer*> waiters_;
};

}  // namespace namrack::player
