#include "player/worker.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <latch>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace namrack::player {
namespace {

boost::asio::awaitable<void> ask(Worker& worker, std::vector<std::string>& said) {
  const auto good = [] { return std::make_unique<std::string>("result"); };
  const std::unique_ptr<std::string> text = co_await worker.run(good);
  said.push_back(*text);
  const auto bad = []() -> int { throw std::runtime_error("failure"); };
  try {
    co_await worker.run(bad);
  } catch (const std::runtime_error& error) {
    said.emplace_back(error.what());
  }
}

TEST(Worker, DeliversResultsAndExceptionsOnTheControlThread) {
  boost::asio::io_context control;
  Worker worker(control, "test", 0);
  std::vector<std::string> said;
  boost::asio::co_spawn(control, ask(worker, said), boost::asio::detached);
  control.run();
  EXPECT_EQ(said, (std::vector<std::string>{"result", "failure"}));
}

TEST(Worker, RunsAtItsOwnPriority) {
  const int own = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
  boost::asio::io_context control;
  Worker worker(control, "test", 10);
  std::atomic<int> nice{-100};
  worker.post([&] { nice = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); });
  EXPECT_TRUE(worker.stop(std::chrono::minutes(1)));
  EXPECT_EQ(nice, 10);
  EXPECT_EQ(::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())), own)
      << "the caller's priority changed";
}

TEST(Worker, OneThreadRunsJobsOneAfterTheOther) {
  boost::asio::io_context control;
  Worker worker(control, "test", 0);
  std::vector<int> order;
  for (int i = 0; i < 100; ++i) worker.post([&order, i] { order.push_back(i); });
  EXPECT_TRUE(worker.stop(std::chrono::minutes(1)));
  EXPECT_EQ(order.size(), 100U);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(Worker, SeveralThreadsRunWhatComesAfterJobsThatHang) {
  boost::asio::io_context control;
  Worker worker(control, "test", 0, 3);
  std::latch hanging(2), done(5), release(1);
  for (int i = 0; i < 2; ++i)
    worker.post([&] {
      hanging.count_down();
      release.wait();
    });
  hanging.wait();
  for (int i = 0; i < 5; ++i) worker.post([&] { done.count_down(); });
  done.wait();
  release.count_down();
  EXPECT_TRUE(worker.stop(std::chrono::minutes(1)));
}

TEST(Worker, StoppingDoesNotWaitForAJobThatHangs) {
  boost::asio::io_context control;
  // Abandoned, as the daemon does, but never forgotten, even at the end of the process: that would be a leak.
  static auto& abandoned = *new std::vector<Worker*>;
  static std::atomic<bool> release;
  abandoned.push_back(new Worker(control, "test", 0, 2));
  release = false;
  abandoned.back()->post([] {
    while (!release) ::usleep(1000);
  });
  EXPECT_FALSE(abandoned.back()->stop(std::chrono::milliseconds(50)));
  release = true;
}

}  // namespace
}  // namespace namrack::player
