// Connections are independent: what one waits for delays no other. Against a real namrackd without JACK.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/daemon/held_file.h"
#include "tests/daemon/running_daemon.h"

namespace namrack::test {
namespace {

namespace json = boost::json;

// A model whose file hangs.
struct HeldModel {
  explicit HeldModel(const TemporaryFolder& folder, const std::string& name = "held.nam")
      : path(folder.write(name, read_file(model_path("a1_nano")))), file(path) {}
  std::string path;
  HeldFile file;
};

json::object reply(ControlClient& client) {
  return json::parse(client.read_line().value()).as_object();
}

TEST(Independence, WhatWaitsForAFileThatHangsDelaysNoOtherConnection) {
  const TemporaryFolder folder;
  HeldModel held(folder);
  RunningDaemon daemon({load_option("a", "a1_nano"), "--swap=a", "--state=" + folder.file("state.json")});
  const auto slow = daemon.connect();
  slow->send(request_line(1, "load", {{"name", "held"}, {"path", held.path}}) +
             request_line(2, "swap", {{"name", "held"}}) + request_line(3, "status"));
  held.file.wait_for_opener();

  const auto quick = daemon.connect();
  EXPECT_EQ(quick->call("load", {{"name", "b"}, {"path", model_path("lstm_1x8")}}).at("name"), "b");
  EXPECT_EQ(quick->call("inspect", {{"path", model_path("lstm_1x8")}}).at("architecture"), "LSTM");
  // Back to a model that has just been taken out: its instance is being reset, or another one built.
  for (int i = 0; i < 3; ++i) {
    quick->call("swap", {{"name", nullptr}});
    EXPECT_EQ(quick->call("swap", {{"name", "a"}}).at("name"), "a");
  }
  quick->call("swap", {{"name", "b"}});
  quick->call("unload", {{"name", "a"}});
  quick->call("set", {{"output_db", -33.0}});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (read_file(folder.file("state.json")).find(R"("output_db":-33,)") == std::string::npos) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the state waits for the load";
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(slow->is_quiet_for(std::chrono::milliseconds(0)));

  held.file.let_go();
  json::object answer;
  for (int id = 1; id <= 3; ++id) {
    answer = reply(*slow);
    EXPECT_EQ(answer.at("id").to_number<int>(), id);
    ASSERT_TRUE(answer.contains("result")) << json::serialize(answer);
  }
  EXPECT_EQ(answer.at("result").at("current"), "held");
}

TEST(Independence, ThreeFilesThatHangLeaveRoomForAFourth) {
  const TemporaryFolder folder;
  RunningDaemon daemon;
  std::vector<std::unique_ptr<HeldModel>> held;
  std::vector<std::unique_ptr<ControlClient>> slow;
  for (const char* name : {"x", "y", "z"}) {
    held.push_back(std::make_unique<HeldModel>(folder, name));
    slow.push_back(daemon.connect());
    slow.back()->send(name == std::string("z")
                          ? request_line(1, "inspect", {{"path", held.back()->path}})
                          : request_line(1, "load", {{"name", name}, {"path", held.back()->path}}));
    held.back()->file.wait_for_opener();
  }
  daemon.connect()->call("load", {{"name", "a"}, {"path", model_path("a1_nano")}});
  for (std::size_t i = 0; i < slow.size(); ++i) {
    EXPECT_TRUE(slow[i]->is_quiet_for(std::chrono::milliseconds(0)));
    held[i]->file.let_go();
    EXPECT_TRUE(reply(*slow[i]).contains("result"));
  }
}

TEST(Independence, TheDaemonSavesItsStateAndStopsWhileALoadHangs) {
  const TemporaryFolder folder;
  HeldModel held(folder);
  RunningDaemon daemon({"--state=" + folder.file("state.json")});
  const auto client = daemon.connect();
  client->send(request_line(1, "load", {{"name", "held"}, {"path", held.path}}));
  held.file.wait_for_opener();
  daemon.connect()->call("set", {{"output_db", -33.0}});
  daemon.process().signal(SIGTERM);
  EXPECT_EQ(daemon.process().wait(std::chrono::seconds(30)), 0);
  EXPECT_NE(read_file(folder.file("state.json")).find(R"("output_db":-33,)"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(daemon.socket()));
}

}  // namespace
}  // namespace namrack::test
