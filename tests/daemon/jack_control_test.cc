// What clients and the service manager are told while audio runs.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <string>
#include <thread>

#include "tests/daemon/jack_rig.h"
#include "tests/daemon/notify_socket.h"

namespace namrack::test {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

json::object reply(ControlClient& client) {
  return json::parse(client.read_line().value()).as_object();
}

TEST(JackControl, OfTwoSwapsThatWaitForAFadeTheEarlierOneIsSuperseded) {
  JackRig rig({load_option("a", "a1_nano"), load_option("b", "a1_pico"), load_option("c", "lstm_1x8"),
               load_option("d", "a1_feather"), "--swap=a"},
              kNoBlockLost);
  const json::object fade = rig.control->call("swap", {{"name", "b"}, {"fade_ms", 10000.0}});
  ASSERT_EQ(fade.at("applied"), true);
  // Time enough for any machine to prepare two more.
  const std::uint64_t due = fade.at("frame").to_number<std::uint64_t>() + 200000;
  // Which of the two arrives first does not matter.
  const auto one = rig.daemon.connect();
  const auto other = rig.daemon.connect();
  one->send(request_line(1, "swap", {{"name", "c"}, {"at_frame", due}}));
  other->send(request_line(1, "swap", {{"name", "d"}, {"at_frame", due}}));
  const auto is_quiet = [](ControlClient& client) { return client.is_quiet_for(milliseconds(10)); };
  while (is_quiet(*one) && is_quiet(*other)) {
  }
  const bool one_lost = !is_quiet(*one);
  const json::object refused = reply(one_lost ? *one : *other);
  ASSERT_TRUE(refused.contains("error")) << json::serialize(refused);
  EXPECT_EQ(refused.at("error").at("data").at("code"), "E_SUPERSEDED");
  const json::object answer = reply(one_lost ? *other : *one);
  ASSERT_TRUE(answer.contains("result")) << json::serialize(answer);
  const json::object& result = answer.at("result").as_object();
  EXPECT_EQ(result.at("previous"), "b");
  // The rest of the long fade, nearly 6 s, is hurried; blocks that JACK leaves out come on top.
  const std::uint64_t late = result.at("frame").to_number<std::uint64_t>() - (due + 960);
  EXPECT_LT(late, 48000U);
  EXPECT_EQ(late % 128, 0U);
  EXPECT_EQ(rig.control->call("status").at("current"), one_lost ? "d" : "c");
}

TEST(JackControl, WhatWaitsForClientsThatHaveGoneLocksNobodyOut) {
  constexpr std::size_t kMost = 256;
  JackServer server;
  RunningDaemon daemon({load_option("a", "a1_nano")}, server.name());
  const auto control = daemon.connect();
  wait_for_jack(*control);
  const auto waiting = [&] { return control->call("pending").at("changes").as_array().size(); };
  for (std::size_t i = 0; i < kMost; ++i) {
    daemon.connect()->send(request_line(1, "swap", {{"name", "a"}, {"in_ms", 3600e3}}));
    while (waiting() <= i) std::this_thread::sleep_for(milliseconds(1));
  }
  const auto other = daemon.connect();
  EXPECT_EQ(other->call_error("set", {{"input_db", 1}, {"in_ms", 3600e3}}).at("code"), "E_LIMIT");
  EXPECT_EQ(other->call("set", {{"input_db", 1}}).at("applied"), true);
  EXPECT_EQ(other->call("cancel", {{"all", true}}).at("cancelled").as_array().size(), kMost);
  EXPECT_EQ(waiting(), 0U);
}

TEST(JackControl, ABlockThatIsLateIsReportedToSubscribers) {
  JackServer server;
  RunningDaemon daemon({load_option("amp", "a1_complex"), "--swap=amp"}, server.name());
  const auto control = daemon.connect();
  wait_for_jack(*control);
  control->call("subscribe", {{"topics", json::array{"overload"}}});
  // Stopped in the middle of a block sooner or later, which is then late on any machine; the heavier the
  // model, the sooner.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  do {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "no block was ever late";
    daemon.process().suspend();
    std::this_thread::sleep_for(milliseconds(5));
    daemon.process().resume();
  } while (control->is_quiet_for(milliseconds(7)));
  const json::object event = control->next_event("overload");
  EXPECT_GT(event.at("data").at("load_max").to_number<double>(), 1.0);
  EXPECT_GT(event.at("data").at("blocks").to_number<int>(), 0);
  EXPECT_GT(event.at("frame").to_number<std::uint64_t>(), 0U);
}

TEST(JackControl, TheServiceStatusSaysWhatPlays) {
  JackServer server;
  const TemporaryFolder folder;
  const NotifySocket notifications(folder.file("notify"));
  const auto wait_for = [&](const std::string& status) {
    while (notifications.next_with("STATUS").at("STATUS") != status) {
    }
  };
  RunningDaemon daemon({load_option("amp", "a1_nano"), "--swap=amp"}, server.name(),
                       {.environment = notifications.environment()});
  EXPECT_NO_THROW(wait_for("waiting for JACK"));
  EXPECT_NO_THROW(wait_for("playing amp"));
  daemon.connect()->call("swap", {{"name", nullptr}});
  EXPECT_NO_THROW(wait_for("playing the dry signal"));
  server.stop(SIGKILL);
  EXPECT_NO_THROW(wait_for("waiting for JACK"));
}

TEST(JackControl, ClientsThatHaveGoneKeepNoOthersOutWhileTheirRequestsWait) {
  JackRig rig({});
  rig.guitar->play_sine(110.0, 0.1F);
  for (int i = 0; i < 40; ++i)
    rig.daemon.connect()->send(request_line(1, "bypass", {{"on", true}, {"in_ms", 1000000}}));
  rig.control->wait_for_status(
      [](const json::object& status) { return status.at("waiting").to_number<int>() == 40; });
  EXPECT_NO_THROW(rig.daemon.connect()->call("ping"));
}

}  // namespace
}  // namespace namrack::test
