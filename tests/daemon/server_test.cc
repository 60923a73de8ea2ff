// The rules of a connection, against a real namrackd without JACK.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/daemon/running_daemon.h"

namespace namrack::test {
namespace {

namespace json = boost::json;

constexpr std::size_t kMiB = std::size_t{1} << 20U;

json::object parse(const std::optional<std::string>& line) {
  return json::parse(line.value()).as_object();
}

std::string error_code(const json::object& message) {
  return json::value_to<std::string>(message.at("error").at("data").at("code"));
}

TEST(Server, RequestsOfOneConnectionMayBePipelined) {
  RunningDaemon daemon;
  const auto client = daemon.connect();
  client->send(request_line(1, "load", {{"name", "a"}, {"path", model_path("a1_standard")}}) +
               request_line(2, "swap", {{"name", "a"}}) + request_line(3, "status"));
  for (int id = 1; id <= 3; ++id) {
    const json::object reply = parse(client->read_line());
    EXPECT_EQ(reply.at("id").to_number<int>(), id);
    ASSERT_TRUE(reply.contains("result")) << json::serialize(reply);
    if (id < 3) continue;
    EXPECT_EQ(reply.at("result").at("current"), "a");
  }
}

TEST(Server, AfterAHalfCloseWhatWasAskedIsAnsweredAndThenTheDaemonHangsUp) {
  RunningDaemon daemon;
  const auto client = daemon.connect();
  client->send(request_line(1, "load", {{"name", "a"}, {"path", model_path("a1_standard")}}) +
               request_line(2, "ping"));
  client->finish_sending();
  EXPECT_TRUE(parse(client->read_line()).contains("result"));
  EXPECT_TRUE(parse(client->read_line()).contains("result"));
  EXPECT_EQ(client->read_line(), std::nullopt);
}

TEST(Server, ALineOfOneMebibyteIsReadAndALongerOneEndsTheConnection) {
  RunningDaemon daemon;
  const auto client = daemon.connect();
  std::string line = request_line(1, "ping");
  line.pop_back();
  client->send(line + std::string(kMiB - line.size(), ' ') + "\r\n");
  EXPECT_TRUE(parse(client->read_line()).contains("result"));

  client->send(line + std::string(kMiB + 1 - line.size(), ' '));
  client->send("  \n");
  EXPECT_EQ(error_code(parse(client->read_line())), "E_LIMIT");
  EXPECT_EQ(client->read_line(), std::nullopt);
  EXPECT_NO_THROW(daemon.connect()->call("ping"));
}

TEST(Server, AnEndlessLineIsRefusedBeforeItsEnd) {
  RunningDaemon daemon;
  const auto client = daemon.connect();
  client->send(std::string(kMiB + 3, 'x'));
  EXPECT_EQ(error_code(parse(client->read_line())), "E_LIMIT");
  EXPECT_EQ(client->read_line(), std::nullopt);
}

TEST(Server, AClientTooManyIsToldSoAndLeavingMakesRoom) {
  RunningDaemon daemon;
  std::vector<std::unique_ptr<ControlClient>> clients;
  for (int i = 0; i < 32; ++i) {
    clients.push_back(daemon.connect());
    clients.back()->call("ping");
  }
  const auto extra = daemon.connect();
  EXPECT_EQ(error_code(parse(extra->read_line())), "E_LIMIT");
  EXPECT_EQ(extra->read_line(), std::nullopt);
  clients.pop_back();
  for (int tries = 0;; ++tries) {
    const auto next = daemon.connect();
    try {
      next->call("ping");
      break;
    } catch (const std::exception&) {
      ASSERT_LT(tries, 1000) << "the place of a client that has left is never given away";
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
}

TEST(Server, ABatchIsLimited) {
  RunningDaemon daemon;
  const auto client = daemon.connect();
  std::string batch = "[";
  for (int i = 0; i < 257; ++i)
    batch += std::string(i > 0 ? "," : "") + R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  client->send(batch + "]\n");
  EXPECT_EQ(error_code(parse(client->read_line())), "E_LIMIT");
}

TEST(Server, AStaleRevisionIsRefusedAndChangesNothing) {
  RunningDaemon daemon;
  const auto client = daemon.connect();
  const auto rev = client->call("set", {{"output_db", -3.0}}).at("rev").to_number<std::uint64_t>();
  for (const auto& [method, params] : std::vector<std::pair<std::string, json::object>>{
           {"set", {{"output_db", -9.0}}},
           {"bypass", {{"on", true}}},
           {"swap", {{"name", nullptr}}},
           {"load", {{"name", "a"}, {"path", model_path("a1_nano")}}}}) {
    json::object stale = params;
    stale["if_rev"] = rev - 1;
    const json::object error = client->call_error(method, stale);
    EXPECT_EQ(error.at("code"), "E_CONFLICT") << method;
    EXPECT_EQ(error.at("rev").to_number<std::uint64_t>(), rev);
  }
  const json::object status = client->call("status");
  EXPECT_EQ(status.at("rev").to_number<std::uint64_t>(), rev);
  EXPECT_EQ(status.at("bypass"), false);
  EXPECT_EQ(client->call("set", {{"output_db", -9.0}, {"if_rev", rev}}).at("rev").to_number<std::uint64_t>(),
            rev + 1);
}

TEST(Server, EventsTellWhoCausedThemAndAreNumberedPerConnection) {
  RunningDaemon daemon;
  const auto one = daemon.connect();
  const auto two = daemon.connect();
  const json::value origin = one->call("hello").at("connection");
  for (const auto& client : {one.get(), two.get()})
    client->call("subscribe", {{"topics", json::array{"bank", "swap"}}});
  one->call("load", {{"name", "a"}, {"path", model_path("a1_nano")}});
  one->call("swap", {{"name", "a"}});
  for (const auto& client : {one.get(), two.get()}) {
    const json::object bank = client->next_event("bank");
    EXPECT_EQ(bank.at("seq").to_number<int>(), 1);
    EXPECT_EQ(bank.at("origin"), origin);
    EXPECT_EQ(bank.at("data").at("name"), "a");
    const json::object swap = client->next_event("swap");
    EXPECT_EQ(swap.at("seq").to_number<int>(), 2);
    EXPECT_GT(swap.at("rev").to_number<int>(), bank.at("rev").to_number<int>());
    EXPECT_TRUE(swap.at("frame").is_null());
  }
}

TEST(Server, AClientThatDoesNotReadLosesEventsNotSilently) {
  RunningDaemon daemon;
  const auto sleeper = daemon.connect();
  sleeper->call("subscribe", {{"topics", json::array{"params"}}});
  const auto busy = daemon.connect();
  // Enough to fill every buffer of the system between the two.
  constexpr int kChanges = 8000;
  for (int i = 0; i < kChanges; ++i) busy->call("set", {{"output_db", i % 2 == 0 ? -1.0 : -2.0}});
  const json::object lost = sleeper->next_event("lost");
  EXPECT_GT(lost.at("data").at("n").to_number<int>(), 0);
  // Afterwards it hears everything again.
  busy->call("set", {{"output_db", -33.0}});
  for (;;)
    if (sleeper->next_event("params").at("data").at("output_db").to_number<double>() == -33.0) break;
}

TEST(Server, MetersComeWithoutBeingAskedAgain) {
  RunningDaemon daemon;
  const auto client = daemon.connect();
  client->call("subscribe", {{"topics", json::array{"meters"}}, {"rate_hz", 50.0}});
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(client->next_event("meters").at("data").at("output").as_object().contains("peak_db"));
  client->call("unsubscribe");
  client->call("ping");
  EXPECT_TRUE(client->is_quiet_for(std::chrono::milliseconds(300)));
}

TEST(Server, AModelThatIsThereIsReplacedOnlyOnRequest) {
  RunningDaemon daemon({load_option("a", "a1_nano"), "--swap=a"});
  const auto client = daemon.connect();
  EXPECT_EQ(client->call_error("load", {{"name", "a"}, {"path", model_path("lstm_1x8")}}).at("code"),
            "E_BUSY");
  const json::object result =
      client->call("load", {{"name", "a"}, {"path", model_path("lstm_1x8")}, {"replace", true}});
  EXPECT_EQ(result.at("architecture"), "LSTM");
  EXPECT_EQ(client->call("status").at("current"), "a");
  EXPECT_EQ(client->call("list").at("models").as_array().size(), 1U);
}

TEST(Server, AFailedLoadOrSwapLeavesEverythingAsItWas) {
  RunningDaemon daemon({load_option("a", "a1_nano"), "--swap=a"});
  const auto client = daemon.connect();
  const json::value rev = client->call("status").at("rev");
  EXPECT_EQ(client->call_error("load", {{"name", "b"}, {"path", NAMRACK_FIXTURES "/audio/stimulus.wav"}})
                .at("code"),
            "E_MODEL_INVALID");
  EXPECT_EQ(client->call_error("load", {{"name", "b"}, {"path", "/dev/zero"}}).at("code"), "E_IO");
  EXPECT_EQ(client->call_error("load", {{"name", "b"}, {"path", "/no/such/file"}}).at("code"), "E_NOT_FOUND");
  EXPECT_EQ(client->call_error("swap", {{"name", "b"}}).at("code"), "E_NOT_FOUND");
  EXPECT_EQ(client->call_error("unload", {{"name", "a"}}).at("code"), "E_BUSY");
  const json::object status = client->call("status");
  EXPECT_EQ(status.at("rev"), rev);
  EXPECT_EQ(status.at("current"), "a");
}

TEST(Server, RelativePathsAreLookedUpInTheModelFolders) {
  RunningDaemon daemon(
      {"--model-dir=/nowhere", "--model-dir=" NAMRACK_FIXTURES "/models", "--restrict-to-model-dirs"});
  const auto client = daemon.connect();
  EXPECT_EQ(client->call("load", {{"name", "a"}, {"path", "random/a1_nano.nam"}}).at("path"),
            model_path("a1_nano").c_str());
  EXPECT_EQ(client->call_error("load", {{"name", "b"}, {"path", NAMRACK_FIXTURES "/audio/stimulus.wav"}})
                .at("code"),
            "E_PERMISSION");
}

TEST(Server, TheSocketIsOpenToItsGroupOnly) {
  RunningDaemon daemon;
  struct stat status{};
  ASSERT_EQ(::stat(daemon.socket().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0660U);
  ASSERT_EQ(::stat(daemon.socket().parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0750U);
}

}  // namespace
}  // namespace namrack::test
