// The rules of a connection, against a real namrackd without JACK.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

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
  for (int i = 0; i < 34; ++i) {  // two of them in the room that is kept for the daemon's own user
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

TEST(Server, ClientsOfOthersLeaveRoomForTheDaemonsOwnUserAndRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root has other users' clients";
  // The daemon's own user is neither ours nor root.
  RunningDaemon daemon({}, "",
                       {.by = {"sh", "-c",
                               R"sh(d=$(dirname "$(dirname "$3")"); chown 65534 "$d"; chmod 711 "$d";)sh"
                               R"sh( exec setpriv --reuid=65534 --clear-groups "$@")sh",
                               "sh"}});
  std::vector<std::unique_ptr<ControlClient>> clients;
  const auto fill_as = [&](unsigned user, std::size_t count) {
    ASSERT_EQ(::syscall(SYS_setresuid, -1, user, -1), 0);  // of this thread alone
    for (std::size_t i = 0; i < count; ++i) {
      clients.push_back(daemon.connect());
      clients.back()->call("ping");
    }
  };
  const auto is_refused_as = [&](unsigned user) {
    EXPECT_EQ(::syscall(SYS_setresuid, -1, user, -1), 0);
    return error_code(parse(daemon.connect()->read_line())) == "E_LIMIT";
  };
  (void)::chmod(daemon.socket().c_str(), 0666);
  (void)::chmod(daemon.socket().parent_path().c_str(), 0755);
  fill_as(4242, 32);
  EXPECT_TRUE(is_refused_as(4242));
  EXPECT_EQ(::syscall(SYS_setresuid, -1, 0, -1), 0);
  fill_as(0, 1);
  EXPECT_EQ(::syscall(SYS_setresuid, -1, 0, -1), 0);
  fill_as(65534, 1);
  EXPECT_EQ(::syscall(SYS_setresuid, -1, 0, -1), 0);
  EXPECT_TRUE(is_refused_as(0));
}  // namespace namrack::test

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
            "E_MODEL_UNSUPPORTED");
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

TEST(Server, TheFilesBelowTheModelFoldersCanBeListedAndSearched) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "amps");
  folder.write("amps/Mésa.nam", read_file(model_path("lstm_1x8")));
  folder.write("amps/other.nam", "{}");
  folder.write("amps/caf\xE9.nam", "{}");
  RunningDaemon daemon({"--model-dir=" + folder.path().string()});
  const auto client = daemon.connect();
  EXPECT_EQ(client->call("load", {{"name", "m"}, {"path", "amps/Mésa"}}).at("path"),
            folder.file("amps/Mésa.nam").c_str());
  const json::object all = client->call("models");
  EXPECT_EQ(all.at("truncated"), false);
  EXPECT_EQ(all.at("folders"), json::array{folder.path().c_str()});
  ASSERT_EQ(all.at("models").as_array().size(), 3U);
  EXPECT_EQ(all.at("models").as_array()[0].at("kind"), "unusable");
  const json::array found = client->call("models", {{"query", "MESA amps"}}).at("models").as_array();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].at("name"), "amps/Mésa");
  EXPECT_EQ(found[0].at("loaded"), true);
  EXPECT_EQ(client->call("models", {{"limit", 1}}).at("truncated"), true);
  EXPECT_EQ(client->call("models", {{"dir", "amps"}, {"query", "other"}}).at("models").as_array().size(), 1U);
  EXPECT_EQ(client->call_error("models", {{"dir", "cabs"}}).at("code"), "E_NOT_FOUND");
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
