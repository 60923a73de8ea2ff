// How namrackd starts and ends.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <csignal>
#include <string>
#include <vector>

#include "tests/daemon/running_daemon.h"

namespace namrack::test {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

struct Ended {
  int code = -1;
  std::string log;
};

// namrackd with these arguments, which are expected to end it.
Ended run(std::vector<std::string> arguments) {
  const TemporaryFolder folder;
  std::vector<std::string> command{NAMRACK_BUILD_DIR "/namrackd"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  ChildProcess daemon(
      command,
      {{"JACK_DEFAULT_SERVER", "namrack-no-such-server"}, {"XDG_RUNTIME_DIR", folder.path().string()}},
      folder.path() / "log");
  return {daemon.wait().value_or(-1), daemon.log()};
}

TEST(Startup, HelpAndVersionEndWithSuccess) {
  EXPECT_EQ(run({"--help"}).code, 0);
  const Ended version = run({"--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_EQ(version.log.rfind("namrackd ", 0), 0U) << version.log;
}

TEST(Startup, EachKindOfMistakeHasItsExitCode) {
  const TemporaryFolder folder;
  const auto file = [&](const std::string& name, const std::string& text) {
    return folder.write(name, text);
  };
  EXPECT_EQ(run({"--no-such-option"}).code, 64);
  EXPECT_EQ(run({"--load", "nameless"}).code, 64);
  EXPECT_EQ(run({"--client-name", "namrack-no-such-server"}).code, 64);
  EXPECT_EQ(run({"--no-state", "--strict", "--load", "a=/no/such/file.nam"}).code, 66);
  EXPECT_EQ(run({"--no-state", "--strict", "--load", "a=" NAMRACK_FIXTURES "/audio/stimulus.wav"}).code, 66);
  EXPECT_EQ(run({"--no-state", "--strict", "--swap", "nobody"}).code, 66);
  EXPECT_EQ(run({"--config", (folder.path() / "missing").string()}).code, 78);
  EXPECT_EQ(run({"--config", file("unknown.toml", "colour = \"red\"\n")}).code, 78);
  EXPECT_EQ(run({"--config", file("bad.toml", "log-level = \"loud\"\n")}).code, 78);
  EXPECT_EQ(run({"--config", file("name.toml", "client-name = \"namrack-no-such-server\"\n")}).code, 78);
  EXPECT_EQ(run({"--no-state", "--socket", file("file", "not a socket")}).code, 73);
  EXPECT_EQ(run({"--no-state", "--socket", "/proc/namrack/s"}).code, 73);
}

TEST(Startup, ALiveDaemonKeepsItsSocket) {
  RunningDaemon daemon;
  EXPECT_EQ(run({"--no-state", "--socket", daemon.socket().string()}).code, 73);
  EXPECT_NO_THROW(daemon.connect()->call("ping"));
}

// Twelve at once, with a socket that a dead daemon has left: exactly one lives, and can be reached.
TEST(Startup, OfManyThatStartAtOnceOneServesAndTheOthersEndWithTheirCode) {
  const ChildProcess::Environment environment{{"JACK_DEFAULT_SERVER", "namrack-no-such-server"}};
  for (int round = 0; round < 5; ++round) {
    const TemporaryFolder folder;
    const std::string socket = folder.file("s");
    const std::vector<std::string> command{NAMRACK_BUILD_DIR "/namrackd", "--no-state", "--socket", socket};
    {
      ChildProcess dead(command, environment, folder.path() / "log");
      while (!fs::exists(socket)) ASSERT_FALSE(dead.wait(std::chrono::seconds(0)));
      dead.signal(SIGKILL);
    }
    std::vector<std::unique_ptr<ChildProcess>> daemons;
    for (int i = 0; i < 12; ++i)
      daemons.push_back(std::make_unique<ChildProcess>(command, environment, folder.path() / "log"));
    std::size_t ended = 0;
    for (const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
         ended < daemons.size() - 1 && std::chrono::steady_clock::now() < deadline; ::usleep(1000)) {
      ended = 0;
      for (const auto& daemon : daemons) ended += daemon->wait(std::chrono::seconds(0)) ? 1U : 0U;
    }
    std::size_t alive = 0;
    for (const auto& daemon : daemons) {
      const std::optional<int> code = daemon->wait(std::chrono::seconds(0));
      EXPECT_EQ(code.value_or(73), 73);
      alive += code ? 0U : 1U;
    }
    EXPECT_EQ(alive, 1U);
    EXPECT_NO_THROW(ControlClient(socket).call("ping"));
  }
}

TEST(Startup, ASocketThatIsDeletedIsBackSoon) {
  RunningDaemon daemon;
  const auto former = daemon.connect();
  for (const fs::path& victim : {daemon.socket(), daemon.socket().parent_path()}) {
    fs::remove_all(victim);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!fs::exists(daemon.socket()) && std::chrono::steady_clock::now() < deadline) ::usleep(10000);
    EXPECT_NO_THROW(daemon.connect()->call("ping"));
    EXPECT_NO_THROW(former->call("ping")) << "who was connected stays so";
  }
}

TEST(Startup, ASocketLeftByADeadDaemonIsReplaced) {
  const TemporaryFolder folder;
  const std::string socket = (folder.path() / "s").string();
  const std::vector<std::string> command{NAMRACK_BUILD_DIR "/namrackd", "--no-state", "--socket", socket};
  const ChildProcess::Environment environment{{"JACK_DEFAULT_SERVER", "namrack-no-such-server"}};
  for (const int signal : {SIGKILL, SIGTERM}) {
    ChildProcess daemon(command, environment, folder.path() / "log");
    std::unique_ptr<ControlClient> client;
    while (!client) {
      ASSERT_FALSE(daemon.wait(std::chrono::seconds(0))) << daemon.log();
      try {
        client = std::make_unique<ControlClient>(socket);
        client->call("ping");
      } catch (const std::exception&) {
        client.reset();
      }
    }
    daemon.signal(signal);
    daemon.wait();
    EXPECT_EQ(fs::exists(socket), signal == SIGKILL);
  }
}

TEST(Startup, WhatPlayedIsRestoredAndTheCommandLineWins) {
  const TemporaryFolder folder;
  const std::string state = "--state=" + (folder.path() / "deep" / "state.json").string();
  const std::string config =
      folder.write("namrackd.toml", "client-name = \"amp\"\nload = [\"a=" + model_path("a1_nano") + "\"]\n");
  {
    RunningDaemon daemon({state, load_option("a", "a1_nano"), load_option("b", "lstm_1x8"), "--swap=b"});
    const auto client = daemon.connect();
    client->call("set", {{"output_db", -7.5}, {"level_mode", "raw"}});
    client->call("bypass", {{"on", true}});
    daemon.process().signal(SIGTERM);
    EXPECT_EQ(daemon.process().wait(), 0);
  }
  {
    RunningDaemon daemon({state});
    const auto client = daemon.connect();
    const json::object status = client->call("status");
    EXPECT_EQ(status.at("current"), "b");
    EXPECT_EQ(status.at("bypass"), true);
    EXPECT_EQ(status.at("params").at("output_db").to_number<double>(), -7.5);
    EXPECT_EQ(status.at("params").at("level_mode"), "raw");
    EXPECT_EQ(client->call("list").at("models").as_array().size(), 2U);
    // Killed: what was changed long enough ago is in the file all the same.
    client->call("set", {{"output_db", -1.0}});
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    const auto text = [&] { return read_file(folder.file("deep/state.json")); };
    while (text().find(R"("output_db":-1)") == std::string::npos &&
           std::chrono::steady_clock::now() < deadline)
      ::usleep(10000);
    daemon.process().signal(SIGKILL);
    daemon.process().wait();
  }
  {
    RunningDaemon daemon({state, "--config", config, "--swap=a"});
    const auto client = daemon.connect();
    const json::object status = client->call("status");
    EXPECT_EQ(status.at("current"), "a");
    EXPECT_EQ(status.at("jack").at("client"), "amp");
    EXPECT_EQ(status.at("params").at("output_db").to_number<double>(), -1.0);
  }
}

TEST(Startup, ASavedModelThatIsGoneIsListedAsMissingUntilItIsBack) {
  const TemporaryFolder folder;
  const fs::path model = folder.path() / "m.nam", elsewhere = folder.path() / "elsewhere.nam";
  fs::copy_file(model_path("a1_nano"), model);
  const std::string state = "--state=" + (folder.path() / "state.json").string();
  const auto entry = [](ControlClient& client) {
    return client.call("list").at("models").as_array().at(0).as_object();
  };
  {
    RunningDaemon daemon({state, "--load=m=" + model.string(), "--swap=m"});
    const auto client = daemon.connect();
    EXPECT_EQ(entry(*client).at("state"), "ready");
    client->call("scene.save", {{"name", "solo"}});
  }
  fs::rename(model, elsewhere);
  for (int boot = 0; boot < 2; ++boot) {
    RunningDaemon daemon({state});
    const auto client = daemon.connect();
    EXPECT_EQ(entry(*client).at("state"), "missing");
    EXPECT_EQ(entry(*client).at("current"), true);
    const json::object status = client->call("status");
    EXPECT_EQ(status.at("current"), "m");
    EXPECT_EQ(status.at("scene").at("current"), "solo");
    std::string codes;
    for (const auto& problem : status.at("problems").as_array())
      codes += json::value_to<std::string>(problem.at("code")) + " ";
    EXPECT_NE(codes.find("missing_model"), std::string::npos) << codes;
    if (boot == 0) continue;
    client->call("subscribe", {{"topics", {"problem"}}});
    fs::rename(elsewhere, model);
    client->wait_for_status([](const json::object& now) { return now.at("problems").as_array().empty(); });
    EXPECT_EQ(client->next_event("problem").at("data").at("active"), false);
    EXPECT_EQ(entry(*client).at("state"), "ready");
  }
}

TEST(Startup, AModelOfTheCommandLineThatIsGoneEndsTheStartOnlyWhenThatIsAskedFor) {
  RunningDaemon daemon({"--load=a=/no/such/file.nam", load_option("b", "a1_nano"), "--swap=b"});
  const auto client = daemon.connect();
  EXPECT_EQ(client->call("status").at("current"), "b");
  const json::object list = client->call("list");
  ASSERT_EQ(list.at("models").as_array().size(), 2U);
  EXPECT_EQ(run({"--no-state", "--strict", "--load=a=/no/such/file.nam"}).code, 66);
}

}  // namespace
}  // namespace namrack::test
