// Whether the audio thread has real-time priority is the system's decision, and the daemon says what it was.
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "tests/daemon/jack_rig.h"

namespace namrack::test {
namespace {

// Starts a program that may not use real-time priority, whoever runs the test.
std::vector<std::string> without_realtime() {
  std::vector<std::string> command{"prlimit", "--rtprio=0:0"};
  if (::geteuid() == 0) command.insert(command.end(), {"setpriv", "--bounding-set=-sys_nice"});
  return command;
}

// Whether this machine grants it to us: tried on a thread of its own.
bool may_be_realtime() {
  bool granted = false;
  std::thread([&] {
    constexpr int kPriority = 10;  // jackd's own by default
    const sched_param priority{kPriority};
    granted = ::pthread_setschedparam(::pthread_self(), SCHED_RR, &priority) == 0;
  }).join();
  return granted;
}

bool is_realtime(RunningDaemon& daemon) {
  const auto control = daemon.connect();
  wait_for_jack(*control);
  return control->call("status").at("jack").at("realtime").as_bool();
}

TEST(JackRealtime, APriorityThatTheSystemRefusesIsNotClaimedAndTheReasonIsLogged) {
  JackServer server({.realtime = true});
  RunningDaemon daemon({}, server.name(), {.by = without_realtime()});
  EXPECT_FALSE(is_realtime(daemon));
  // Another thread writes the log; all of it is there at the end.
  daemon.process().signal(SIGTERM);
  EXPECT_EQ(daemon.process().wait(), 0);
  EXPECT_NE(daemon.process().log().find("audio thread is not: RLIMIT_RTPRIO is 0, JACK asks for"),
            std::string::npos);
}

TEST(JackRealtime, APriorityThatTheSystemGrantsIsReported) {
  if (!may_be_realtime()) GTEST_SKIP() << "this machine does not grant real-time priority to this user";
  JackServer server({.realtime = true});
  RunningDaemon daemon({}, server.name());
  EXPECT_TRUE(is_realtime(daemon));
  daemon.process().signal(SIGTERM);
  EXPECT_EQ(daemon.process().wait(), 0);
  EXPECT_EQ(daemon.process().log().find("audio thread is not"), std::string::npos);
}

TEST(JackRealtime, AServerThatWantsNoPriorityIsNoReasonToWarn) {
  JackServer server;
  RunningDaemon daemon({}, server.name());
  EXPECT_FALSE(is_realtime(daemon));
  daemon.process().signal(SIGTERM);
  EXPECT_EQ(daemon.process().wait(), 0);
  EXPECT_EQ(daemon.process().log().find("audio thread is not"), std::string::npos);
}

}  // namespace
}  // namespace namrack::test
