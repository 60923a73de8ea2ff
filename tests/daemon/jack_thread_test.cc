#include "daemon/jack/jack_thread.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace namrack::daemon {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

struct JackThreadRig {
  // What a job makes of it: its result, or the sentence of its exception.
  std::shared_ptr<std::string> ask(const std::string& what, std::function<std::string()> job) {
    auto answer = std::make_shared<std::string>();
    asio::co_spawn(control, await(thread, what, std::move(job), answer), asio::detached);
    return answer;
  }
  static asio::awaitable<void> await(std::shared_ptr<JackThread> thread, std::string what,
                                     std::function<std::string()> job, std::shared_ptr<std::string> answer) {
    try {
      *answer = co_await thread->run(std::move(what), std::move(job));
    } catch (const JackHangs& error) {
      *answer = std::string("hangs: ") + error.what();
    } catch (const std::exception& error) {
      *answer = error.what();
    }
  }
  void run_until(const std::function<bool()>& condition) {
    while (!condition()) control.run_one_for(milliseconds(5));
  }

  asio::io_context control;
  asio::executor_work_guard<asio::io_context::executor_type> keep_running{control.get_executor()};
  std::shared_ptr<JackThread> thread = std::make_shared<JackThread>(control, milliseconds(50));
};

TEST(JackThread, ACallThatReturnsInTimeGivesItsResultOrItsException) {
  JackThreadRig rig;
  rig.thread = std::make_shared<JackThread>(rig.control, std::chrono::hours(1));
  const auto result = rig.ask("one", [] { return std::string("done"); });
  const auto failure = rig.ask("two", []() -> std::string { throw std::runtime_error("no"); });
  rig.run_until([&] { return !failure->empty(); });
  EXPECT_EQ(*result, "done");
  EXPECT_EQ(*failure, "no");
  EXPECT_FALSE(rig.thread->hangs());
}

TEST(JackThread, ACallThatHangsFailsWithItsNameAndSoDoesEveryLaterOne) {
  JackThreadRig rig;
  std::promise<void> end;
  const auto hanging = rig.ask("closing the client", [&end] {
    end.get_future().wait();
    return std::string("at last");
  });
  const auto waiting = rig.ask("opening", [] { return std::string("never asked for"); });
  rig.run_until([&] { return !hanging->empty() && !waiting->empty(); });
  EXPECT_EQ(
      *hanging,
      "hangs: closing the client has not returned for 50 ms; it is given up, and the client opened anew");
  EXPECT_EQ(*waiting, *hanging);
  EXPECT_EQ(rig.thread->hanging_call(), "closing the client");
  EXPECT_FALSE(rig.thread->is_idle());
  const auto later = rig.ask("connecting", [] { return std::string("never begun"); });
  rig.run_until([&] { return !later->empty(); });
  EXPECT_EQ(*later, *hanging);

  end.set_value();
  rig.run_until([&] { return rig.thread->is_idle(); });
  rig.thread->forgive();
  const auto again = rig.ask("opening", [] { return std::string("done"); });
  rig.run_until([&] { return !again->empty(); });
  EXPECT_EQ(*again, "done");
}

TEST(JackThread, WhatItHasMadeIsDeletedOnIt) {
  struct Witness {
    ~Witness() { *deleted_on = std::this_thread::get_id(); }
    std::thread::id* deleted_on;
  };
  JackThreadRig rig;
  std::thread::id deleted_on;
  std::thread::id own;
  (void)rig.ask("telling its id", [&own] {
    own = std::this_thread::get_id();
    return std::string("done");
  });
  rig.run_until([&] { return rig.thread->is_idle(); });
  std::shared_ptr<Witness>(new Witness{&deleted_on}, rig.thread->deleter<Witness>()).reset();
  rig.run_until([&] { return rig.thread->is_idle(); });
  EXPECT_EQ(deleted_on, own);
  EXPECT_NE(deleted_on, std::this_thread::get_id());
}

}  // namespace
}  // namespace namrack::daemon
