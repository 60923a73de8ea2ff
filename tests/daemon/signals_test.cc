// What signals do to namrackd.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "tests/daemon/running_daemon.h"

namespace namrack::test {
namespace {

// The daemon has handled it before it answers.
void expect_alive_after(RunningDaemon& daemon, ControlClient& client, int signal) {
  daemon.process().signal(signal);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ASSERT_FALSE(daemon.process().wait(std::chrono::seconds(0))) << "signal " << signal << " ended it";
  ASSERT_NO_THROW(client.call("ping")) << "signal " << signal;
}

TEST(Signals, NothingButARequestToStopEndsTheSound) {
  RunningDaemon daemon;
  const auto client = daemon.connect();
  for (const int signal : {SIGHUP, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGXFSZ, SIGPIPE, SIGVTALRM, SIGPROF,
                           SIGPOLL, SIGSTKFLT, SIGXCPU, SIGTTIN, SIGTTOU, SIGRTMIN, SIGRTMAX})
    expect_alive_after(daemon, *client, signal);
}

TEST(Signals, EachRequestToStopIsACleanEndThatSaves) {
  for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGPWR}) {
    const TemporaryFolder folder;
    RunningDaemon daemon({"--state=" + folder.file("state.json")});
    daemon.connect()->call("set", {{"output_db", -7.0}});
    daemon.process().signal(signal);
    EXPECT_EQ(daemon.process().wait(), 0) << signal;
    EXPECT_NE(read_file(folder.file("state.json")).find(R"("output_db":-7)"), std::string::npos) << signal;
    EXPECT_FALSE(std::filesystem::exists(daemon.socket())) << signal;
  }
}

// Waits for a line of the log.
bool says(RunningDaemon& daemon, const std::string& text) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (daemon.process().log().find(text) == std::string::npos &&
         std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return daemon.process().log().find(text) != std::string::npos;
}

TEST(Signals, AHangUpReadsTheConfigurationAgainAndSaysWhatNeedsARestart) {
  const TemporaryFolder folder;
  const std::string file = folder.write("namrackd.toml", "client-name = \"amp\"\n");
  RunningDaemon daemon({"--config=" + file});
  folder.write("namrackd.toml", "client-name = \"other\"\n");
  daemon.process().signal(SIGHUP);
  EXPECT_TRUE(says(
      daemon, "the configuration has been read again; what changed in these needs a restart: client-name\n"));
  folder.write("namrackd.toml", "colour = 1\n");
  daemon.process().signal(SIGHUP);
  EXPECT_TRUE(says(
      daemon, "the configuration stays as it was: namrackd: " + file + ":1:1: there is no key \"colour\""));
  EXPECT_EQ(daemon.connect()->call("status").at("jack").as_object().at("client"), "amp");
}

// As nohup, a shell's background jobs and careless parents leave them.
TEST(Signals, WhatTheCallerHasIgnoredOrBlockedCountsForNothing) {
  RunningDaemon daemon({}, "",
                       {.by = {"python3", "-c",
                               "import os, signal, sys\n"
                               "for s in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT): "
                               "signal.signal(s, signal.SIG_IGN)\n"
                               "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))\n"
                               "os.execv(sys.argv[1], sys.argv[1:])\n"}});
  const auto client = daemon.connect();
  expect_alive_after(daemon, *client, SIGHUP);
  daemon.process().signal(SIGTERM);
  EXPECT_EQ(daemon.process().wait(std::chrono::seconds(20)), 0);
}

}  // namespace
}  // namespace namrack::test
