// JACK goes away and comes back: that is normal operation.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "engine/model/model.h"
#include "engine/offline/render.h"
#include "tests/daemon/jack_rig.h"

namespace namrack::test {
namespace {

namespace json = boost::json;
using Names = std::vector<std::string>;

bool is_connected(const json::object& status) {
  return status.at("jack").at("connected").as_bool();
}

// Ports come back one after the other.
void expect_connections(const TestPort& observer, const std::string& port, const Names& expected) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (observer.connections_of(port) != expected && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(observer.connections_of(port), expected) << port;
}

TEST(JackReconnect, TheFirstStartConnectsThePhysicalPorts) {
  JackServer server;
  RunningDaemon daemon({}, server.name());
  wait_for_jack(*daemon.connect());
  const TestPort observer(server.name(), "observer", TestPort::Kind::records);
  expect_connections(observer, "namrack:in", {"system:capture_1"});
  expect_connections(observer, "namrack:out", {"system:playback_1", "system:playback_2"});
}

TEST(JackReconnect, NamedPortsAreConnectedInsteadOfPhysicalOnes) {
  JackServer server;
  RunningDaemon daemon(
      {"--connect-in=system:capture_2", "--connect-out=system:playback_2", "--client-name=amp"},
      server.name());
  wait_for_jack(*daemon.connect());
  const TestPort observer(server.name(), "observer", TestPort::Kind::records);
  expect_connections(observer, "amp:in", {"system:capture_2"});
  expect_connections(observer, "amp:out", {"system:playback_2"});
}

// A stopped server blocks whoever closes a client: lets it go on however the test ends.
struct Continued {
  ~Continued() { server.process().resume(); }
  JackServer& server;
};

class JackRestart : public testing::TestWithParam<int> {};

TEST_P(JackRestart, BringsBackPortsConnectionsAndSound) {
  JackServer server;
  RunningDaemon daemon({load_option("amp", "a1_nano"), load_option("other", "a1_pico"), "--swap=amp"},
                       server.name());
  const auto control = daemon.connect();
  wait_for_jack(*control);
  control->call("subscribe", {{"topics", json::array{"jack"}}});
  control->call("set", {{"level_mode", "raw"}, {"output_db", -6.0}});
  control->call("bypass", {{"on", true}});
  {
    // The user prefers the second capture port and one ear.
    const TestPort user(server.name(), "user", TestPort::Kind::records);
    expect_connections(user, "namrack:out", {"system:playback_1", "system:playback_2"});
    user.connect("system:capture_2", "namrack:in");
    user.disconnect("system:capture_1", "namrack:in");
    user.disconnect("namrack:out", "system:playback_1");
    // A connection counts as given up when it has been missing for a while.
    std::this_thread::sleep_for(std::chrono::seconds(4));
  }
  server.stop(GetParam());
  EXPECT_FALSE(control->next_event("jack").at("data").at("connected").as_bool());
  EXPECT_FALSE(is_connected(control->call("status")));

  // Commands are accepted meanwhile.
  const json::object result = control->call("swap", {{"name", "other"}});
  EXPECT_EQ(result.at("applied"), false);
  EXPECT_TRUE(result.at("frame").is_null());

  server.start({.rate = 48000, .block = 256});
  EXPECT_TRUE(control->next_event("jack").at("data").at("connected").as_bool());
  const TestPort observer(server.name(), "observer", TestPort::Kind::records);
  expect_connections(observer, "namrack:in", {"system:capture_2"});
  expect_connections(observer, "namrack:out", {"system:playback_2"});
  const json::object status = control->call("status");
  EXPECT_EQ(status.at("current"), "other");
  EXPECT_EQ(status.at("bypass"), true);
  EXPECT_EQ(status.at("params").at("output_db").to_number<double>(), -6.0);
  EXPECT_EQ(status.at("jack").at("buffer_size").to_number<int>(), 256);
  EXPECT_TRUE(control->call("swap", {{"name", "amp"}}).at("applied").as_bool());
}

INSTANTIATE_TEST_SUITE_P(By, JackRestart, testing::Values(SIGTERM, SIGKILL),
                         [](const auto& parameter) { return parameter.param == SIGTERM ? "Term" : "Kill"; });

TEST(JackReconnect, AServerThatIsStoppedCountsAsGoneAndIsJoinedAgainWhenItContinues) {
  JackServer server;
  RunningDaemon daemon({load_option("amp", "a1_nano"), "--swap=amp"}, server.name());
  const auto control = daemon.connect();
  wait_for_jack(*control);
  const TestPort observer(server.name(), "observer", TestPort::Kind::records);
  expect_connections(observer, "namrack:in", {"system:capture_1"});

  const Continued continued{server};
  server.process().suspend();
  // A command given before the daemon has noticed is answered once it has; but for one that meets the cycle
  // which the server had begun.
  const json::object met_the_last_cycle = control->call("swap", {{"name", nullptr}});
  const json::object result = met_the_last_cycle.at("applied").as_bool()
                                  ? control->call("swap", {{"name", "amp"}})
                                  : met_the_last_cycle;
  EXPECT_EQ(result.at("applied"), false);
  wait_for_jack(*control, false);
  control->call("swap", {{"name", "amp"}});

  server.process().resume();
  wait_for_jack(*control);
  expect_connections(observer, "namrack:in", {"system:capture_1"});
  expect_connections(observer, "namrack:out", {"system:playback_1", "system:playback_2"});
  EXPECT_TRUE(control->call("bypass", {{"on", true}}).at("applied").as_bool());
}

TEST(JackReconnect, TheDaemonStopsEvenWhileTheServerHangs) {
  JackServer server;
  RunningDaemon daemon({}, server.name());
  const auto control = daemon.connect();
  wait_for_jack(*control);
  server.process().suspend();
  wait_for_jack(*control, false);
  daemon.process().signal(SIGTERM);
  EXPECT_EQ(daemon.process().wait(), 0);
  EXPECT_FALSE(std::filesystem::exists(daemon.socket()));
}

TEST(JackReconnect, ANewServerAtAnotherRateGetsTheModelsRebuiltForIt) {
  JackServer server;
  RunningDaemon daemon({load_option("amp", "a1_nano"), load_option("other", "lstm_1x8"), "--swap=amp"},
                       server.name());
  const auto control = daemon.connect();
  wait_for_jack(*control);
  EXPECT_EQ(control->call("status").at("jack").at("latency_frames").to_number<int>(), 0);
  server.stop(SIGKILL);
  wait_for_jack(*control, false);
  server.start({.rate = 96000, .block = 256});
  wait_for_jack(*control);
  const json::object status = control->call("status");
  EXPECT_EQ(status.at("current"), "amp");
  EXPECT_EQ(status.at("jack").at("sample_rate").to_number<int>(), 96000);
  EXPECT_GT(status.at("jack").at("latency_frames").to_number<int>(), 0);
  EXPECT_EQ(control->call("swap", {{"name", "other"}}).at("fade_frames").to_number<int>(), 1920);
}

TEST(JackReconnect, TheSoundAfterARestartIsTheSame) {
  JackRig rig({load_option("amp", "a1_nano"), "--swap=amp"});
  const std::vector<float> signal = riff(24000);
  const std::vector<float> expected =
      engine::render(engine::Model::load(model_path("a1_nano")), signal, 48000.0);
  ASSERT_EQ(first_difference(expected, rig.play_and_record(signal), 0, signal.size()), "");
  rig.guitar.reset();
  rig.recorder.reset();
  rig.server.stop(SIGKILL);
  wait_for_jack(*rig.control, false);
  rig.server.start();
  wait_for_jack(*rig.control);
  // They come back after namrackd: it connects them as it finds them.
  rig.bring_musicians();
  expect_connections(*rig.guitar, "namrack:in", {rig.guitar->port_name()});
  expect_connections(*rig.guitar, "namrack:out", {rig.recorder->port_name()});
  EXPECT_EQ(first_difference(expected, rig.play_and_record(signal), 0, signal.size()), "");
}

TEST(JackReconnect, WithoutAServerARequiredJackEndsTheDaemon) {
  const TemporaryFolder folder;
  ChildProcess daemon({std::string(NAMRACK_BUILD_DIR) + "/namrackd", "--socket",
                       (folder.path() / "s").string(), "--no-state", "--require-jack"},
                      {{"JACK_DEFAULT_SERVER", "namrack-no-such-server"}}, folder.path() / "log");
  EXPECT_EQ(daemon.wait(), 69);
}

}  // namespace
}  // namespace namrack::test
