// What is wrong with JACK is said, with its true cause, for as long as it lasts.
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/daemon/jack_rig.h"
#include "tests/daemon/midi_pedal.h"

namespace namrack::test {
namespace {

namespace json = boost::json;

// The sentence of the problem with this code about `what`; empty: there is none.
std::string problem(const json::object& status, std::string_view code, std::string_view what) {
  for (const json::value& entry : status.at("problems").as_array())
    if (entry.at("code").as_string() == code && entry.at("what").as_string() == what)
      return std::string(entry.at("message").as_string());
  return {};
}

std::string await_problem(ControlClient& control, std::string_view code, std::string_view what) {
  const json::object status =
      control.wait_for_status([&](const json::object& now) { return !problem(now, code, what).empty(); });
  return problem(status, code, what);
}

void await_end(ControlClient& control, std::string_view code, std::string_view what) {
  control.wait_for_status([&](const json::object& now) { return problem(now, code, what).empty(); });
}

void expect_part(const std::string& sentence, std::string_view part) {
  EXPECT_NE(sentence.find(part), std::string::npos) << sentence;
}

TEST(JackProblem, ANameThatIsTakenIsToldAndTheClientIsNotRenamed) {
  JackServer server;
  auto other = std::make_unique<TestPort>(server.name(), "amp", TestPort::Kind::records);
  RunningDaemon daemon({"--client-name=amp"}, server.name());
  const auto control = daemon.connect();
  const std::string sentence = await_problem(*control, "jack_refused", "amp");
  expect_part(sentence, "another client is called \"amp\"");
  expect_part(sentence, "--client-name");
  EXPECT_FALSE(other->has_port("amp-01:in"));
  other.reset();
  wait_for_jack(*control);
  await_end(*control, "jack_refused", "amp");
}

TEST(JackProblem, TooFewFilesAreToldBeforeLibjackRunsOutOfThem) {
  JackServer server;
  RunningDaemon daemon({}, server.name(), {.by = {"prlimit", "--nofile=40:40"}});
  const auto control = daemon.connect();
  const std::string sentence = await_problem(*control, "jack_refused", "namrack");
  expect_part(sentence, "RLIMIT_NOFILE is 40");
  expect_part(sentence, "LimitNOFILE=");
}

TEST(JackProblem, ServerOfAnotherUserIsToldWithBothUsers) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can start a program as another user";
  JackServer server;
  const TemporaryFolder folder;
  ASSERT_EQ(::chown(folder.path().c_str(), 65534, 65534), 0);
  const std::string socket = (folder.path() / "s").string();
  ChildProcess daemon({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                       NAMRACK_BUILD_DIR "/namrackd", "--socket", socket, "--no-state"},
                      {{"JACK_DEFAULT_SERVER", server.name()}}, "/dev/null");
  std::unique_ptr<ControlClient> control;
  for (int i = 0; i < 1000 && !control; ++i) {
    try {
      control = std::make_unique<ControlClient>(socket);
    } catch (const std::exception&) {
      ::usleep(10000);
    }
  }
  ASSERT_TRUE(control);
  const std::string sentence = await_problem(*control, "jack_refused", "namrack");
  expect_part(sentence, "user \"root\"");
  expect_part(sentence, "user \"nobody\"");
}

TEST(JackProblem, NoServerAtAllIsNoRefusal) {
  RunningDaemon daemon;
  ChildProcess* const process = &daemon.process();
  const auto control = daemon.connect();
  while (process->log().find("waiting for JACK: no server is running") == std::string::npos) ::usleep(10000);
  EXPECT_TRUE(control->call("status").at("problems").as_array().empty());
}

TEST(JackProblem, LimitsThatAreTooLowAreToldWhereJackConnectsAllTheSame) {
  JackServer server({.realtime = true});
  std::vector<std::string> by{"prlimit", "--rtprio=0:0", "--memlock=65536:65536", "--nofile=200:200"};
  if (::geteuid() == 0)
    by.insert(by.end(), {"setpriv", "--bounding-set=-sys_nice,-ipc_lock", "--inh-caps=-all"});
  RunningDaemon daemon({}, server.name(), {.by = by});
  const auto control = daemon.connect();
  wait_for_jack(*control);
  expect_part(await_problem(*control, "rtprio", "namrack"), "RLIMIT_RTPRIO is 0");
  expect_part(await_problem(*control, "memlock", "namrack"), "RLIMIT_MEMLOCK is 64 KiB");
  expect_part(await_problem(*control, "nofile", "namrack"), "RLIMIT_NOFILE is 200");
  const json::object status = control->call("status");
  for (const json::value& entry : status.at("problems").as_array())
    EXPECT_EQ(entry.at("severity").as_string(), "warn");
}

TEST(JackProblem, APortThatDoesNotExistIsToldWithTheNearestOneUntilItAppears) {
  JackServer server;
  RunningDaemon daemon(
      {"--connect-out=system:playbak_1", "--connect-in=system:playback_1", "--connect-midi=pedal:p"},
      server.name());
  const auto control = daemon.connect();
  const std::string mistyped = await_problem(*control, "no_port", "system:playbak_1");
  expect_part(mistyped, "--connect-out");
  expect_part(mistyped, "did you mean \"system:playback_1\"?");
  // It exists, but takes what it should give.
  expect_part(await_problem(*control, "no_port", "system:playback_1"), "none that gives audio");
  (void)await_problem(*control, "no_port", "pedal:p");
  const MidiPedal pedal(server.name(), "pedal");
  await_end(*control, "no_port", "pedal:p");
  EXPECT_NE(problem(control->call("status"), "no_port", "system:playbak_1"), "");
}

}  // namespace
}  // namespace namrack::test
