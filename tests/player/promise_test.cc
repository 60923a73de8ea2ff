#include "player/promise.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace namrack::player {
namespace {

boost::asio::awaitable<void> wait_and_count(Promise<bool> promise, int& count) {
  count += co_await Promise<bool>::wait(promise) ? 1 : 0;
}

struct TwoWaiters {
  TwoWaiters() {
    for (int i = 0; i < 2; ++i)
      boost::asio::co_spawn(io, wait_and_count(promise, woken), boost::asio::detached);
  }
  /// How many handlers run until there is nothing to do, at most `most`.
  int run(int most) {
    int handlers = 0;
    io.restart();
    while (handlers < most && io.poll_one() > 0) ++handlers;
    return handlers;
  }

  boost::asio::io_context io;
  Promise<bool> promise{io.get_executor()};
  int woken = 0;
};

TEST(Promise, ThoseWhoWaitDoNotKeepEachOtherAwake) {
  TwoWaiters waiters;
  EXPECT_LT(waiters.run(1000), 1000);
  EXPECT_EQ(waiters.woken, 0);
}

TEST(Promise, TheValueReachesAllWhoWait) {
  TwoWaiters waiters;
  waiters.run(1000);
  waiters.promise.set(true);
  EXPECT_LT(waiters.run(1000), 1000);
  EXPECT_EQ(waiters.woken, 2);
}

}  // namespace
}  // namespace namrack::player
