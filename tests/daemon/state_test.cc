// The state file of a real namrackd: what it may be, what is kept in it, and who is told when it is not.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <csignal>
#include <string>
#include <vector>

#include "protocol/command_table.h"
#include "protocol/utf8.h"
#include "tests/daemon/running_daemon.h"

namespace namrack::test {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

struct StateEnded {
  int code = -1;
  std::string log;
};

StateEnded run_with_state(const std::string& state, const std::vector<std::string>& by = {}) {
  const TemporaryFolder folder;
  std::vector<std::string> command = by;
  for (const std::string& word :
       {std::string(NAMRACK_BUILD_DIR "/namrackd"), "--socket=" + folder.file("s"), "--state=" + state})
    command.push_back(word);
  ChildProcess daemon(command, {{"JACK_DEFAULT_SERVER", "namrack-no-such-server"}}, folder.file("log"));
  return {daemon.wait().value_or(-1), daemon.log()};
}

json::array problems(ControlClient& client) {
  return client.call("status").at("problems").as_array();
}

TEST(State, WhatIsNoFileEndsTheStartWithOneLine) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo(folder.file("pipe").c_str(), 0600), 0);
  for (const std::string& path :
       {folder.path().string(), folder.file("pipe"), std::string("/dev/zero"), std::string("/dev/full"),
        std::string("/proc/self/mem"), folder.file("pipe/below")}) {
    const StateEnded ended = run_with_state(path);
    EXPECT_EQ(ended.code, 78) << path;
    EXPECT_EQ(std::ranges::count(ended.log, '\n'), 1) << ended.log;
    EXPECT_NE(ended.log.find("the state file \"" + path + "\" "), std::string::npos) << ended.log;
    EXPECT_NE(ended.log.find("--no-state"), std::string::npos) << "the next step";
  }
}

TEST(State, AFileThatMayNotBeReadEndsTheStartAndIsNotTouched) {
  const TemporaryFolder folder;
  const std::string file = folder.write("state.json", "{}");
  fs::permissions(file, fs::perms::none);
  const std::vector<std::string> unprivileged =
      ::geteuid() == 0 ? std::vector<std::string>{"setpriv", "--bounding-set=-dac_override,-dac_read_search"}
                       : std::vector<std::string>{};
  EXPECT_EQ(run_with_state(file, unprivileged).code, 77);
  fs::permissions(file, fs::perms::owner_all);
  EXPECT_EQ(read_file(file), "{}");
}

// The replies say what the table of commands says they say.
TEST(State, EveryChangeOfStructureIsAnsweredWhenItIsOnDisk) {
  const TemporaryFolder folder;
  const std::string file = folder.file("state.json");
  RunningDaemon daemon({"--state=" + file});
  const auto client = daemon.connect();
  const json::object map{{"message", "note"}, {"number", 60}, {"action", "bypass"}};
  const std::string path = model_path("lstm_1x8");
  const std::vector<std::tuple<std::string, json::object, std::string>> cases{
      {"load", {{"name", "amp"}, {"path", path}}, R"("name":"amp")"},
      {"quality", {{"name", "amp"}, {"quality", 0.5}}, R"("name":"amp")"},
      {"scene.save", {{"name", "one"}}, R"("name":"one")"},
      {"scene.rename", {{"name", "one"}, {"to", "two"}}, R"("name":"two")"},
      {"setlist.save", {{"name", "gig"}, {"scenes", json::array{"two"}}}, R"("gig":["two"])"},
      {"setlist.use", {{"name", "gig"}}, R"("setlist":"gig")"},
      {"midi.map", map, R"("action":"bypass")"},
      {"midi.set", {{"channel", 7}}, R"("channel":7)"},
      {"midi.unmap", {{"all", true}}, R"("mappings":[])"},
      {"setlist.delete", {{"name", "gig"}}, R"("setlists":{})"},
      {"scene.delete", {{"name", "two"}}, R"("scenes":[])"},
      {"tx",
       {{"operations", {{{"method", "load"}, {"params", {{"name", "b"}, {"path", path}}}}}}},
       R"("name":"b")"},
      {"unload", {{"name", "amp"}}, R"("bank":[{"name":"b")"}};
  for (const auto& [method, params, trace] : cases) {
    EXPECT_EQ(client->call(method, params).at("saved"), true) << method;
    EXPECT_NE(read_file(file).find(trace), std::string::npos) << method << ": " << read_file(file);
  }
  for (const protocol::CommandSpec& command : protocol::command_table()) {
    const bool says =
        std::ranges::find(command.result, "saved", &protocol::FieldSpec::name) != command.result.end();
    const bool is_tried =
        std::ranges::any_of(cases, [&](const auto& entry) { return std::get<0>(entry) == command.name; });
    EXPECT_EQ(says, is_tried || command.name == "midi.learn") << command.name;
  }
  EXPECT_FALSE(client->call("set", {{"output_db", -1.0}}).contains("saved"));
  EXPECT_FALSE(client->call("tx", {{"operations", {{{"method", "bypass"}, {"params", {{"on", true}}}}}}})
                   .contains("saved"));
}

TEST(State, WithoutAStateFileNothingIsSavedAndNobodyClaimsIt) {
  RunningDaemon daemon;
  EXPECT_TRUE(daemon.connect()->call("scene.save", {{"name", "one"}}).at("saved").is_null());
}

TEST(State, WhatCannotBeSavedIsSaidAndHeals) {
  const TemporaryFolder folder;
  RunningDaemon daemon({"--state=" + folder.file("state.json")});
  const auto client = daemon.connect();
  client->call("subscribe", {{"topics", json::array{"problem"}}});
  fs::create_directory(folder.path() / "state.json.new");
  EXPECT_EQ(client->call("scene.save", {{"name", "one"}}).at("saved"), false);
  EXPECT_EQ(client->next_event("problem").at("data").at("code"), "state_unsaved");
  ASSERT_EQ(problems(*client).size(), 1U);
  fs::remove(folder.path() / "state.json.new");
  EXPECT_EQ(client->next_event("problem").at("data").at("active"), false);
  EXPECT_TRUE(problems(*client).empty());
  EXPECT_NE(read_file(folder.file("state.json")).find(R"("name":"one")"), std::string::npos);
}

TEST(State, DamageIsSaidAndKeptAndTheRestIsPlayed) {
  const TemporaryFolder folder;
  const std::string state = folder.file("state.json");
  {
    RunningDaemon daemon({"--state=" + state});
    const auto client = daemon.connect();
    for (const char* name : {"verse", "chorus"}) client->call("scene.save", {{"name", name}});
    daemon.process().signal(SIGTERM);
    daemon.process().wait();
  }
  std::string text = read_file(state);
  text.replace(text.find("\"verse\""), 7, "777");
  folder.write("state.json", text);
  RunningDaemon daemon({"--state=" + state});
  const auto client = daemon.connect();
  EXPECT_EQ(client->call("scene.list").at("scenes").as_array().size(), 1U);
  ASSERT_EQ(problems(*client).size(), 1U);
  const json::object problem = problems(*client)[0].as_object();
  EXPECT_EQ(problem.at("code"), "state_damaged");
  const auto message = json::value_to<std::string>(problem.at("message"));
  EXPECT_NE(message.find("scene: "), std::string::npos) << message;
  EXPECT_NE(message.find(state + ".corrupt"), std::string::npos) << message;
  EXPECT_EQ(read_file(state + ".corrupt"), text);
  client->call("scene.save", {{"name", "bridge"}});
  EXPECT_EQ(read_file(state + ".corrupt"), text);
}

// ---- Bytes that are not UTF-8, from everywhere ------------------------------------------------------------

const std::string kBad = "caf\xE9";

void expect_refused(const std::vector<std::string>& arguments,
                    const ChildProcess::Environment& environment = {}) {
  const TemporaryFolder folder;
  std::vector<std::string> command{NAMRACK_BUILD_DIR "/namrackd", "--socket=" + folder.file("s"),
                                   "--no-state"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  ChildProcess::Environment all = environment;
  all["JACK_DEFAULT_SERVER"] = "namrack-no-such-server";
  ChildProcess daemon(command, all, folder.file("log"));
  const int code = daemon.wait().value_or(-1);
  EXPECT_TRUE(code == 64 || code == 78) << code;
  EXPECT_NE(daemon.log().find("byte 0xE9 at position "), std::string::npos) << daemon.log();
  EXPECT_FALSE(protocol::invalid_utf8(daemon.log()));
}

TEST(State, ANameThatIsNotUtf8IsRefusedOnTheCommandLine) {
  for (const std::string& option :
       {"--load=a=/" + kBad, "--load=" + kBad + "=/x", "--model-dir=/" + kBad, "--swap=" + kBad,
        "--client-name=" + kBad, "--connect-in=" + kBad, "--connect-out=" + kBad, "--connect-midi=" + kBad,
        "--config=/" + kBad, "--" + kBad, kBad})
    expect_refused({option});
}

TEST(State, BytesThatAreNotUtf8NeitherSpoilAReplyNorTheState) {
  const TemporaryFolder folder;
  const std::string state = folder.file("state.json");
  fs::create_directory(folder.path() / kBad);
  fs::copy_file(model_path("lstm_1x8"), folder.path() / kBad / "real.nam");
  fs::create_symlink(folder.path() / kBad / "real.nam", folder.path() / "link.nam");
  fs::create_symlink(folder.path() / kBad / "gone.nam", folder.path() / "dangling.nam");
  fs::create_symlink(folder.path() / kBad, folder.path() / "pipe.nam");
  {
    // The working folder's name gets into relative paths.
    RunningDaemon daemon(
        {"--state=" + state, "--model-dir=" + folder.path().string(), "--restrict-to-model-dirs"}, "",
        {.by = {"sh", "-c", R"(cd "$0"; exec "$@")", (folder.path() / kBad).string()}});
    const auto client = daemon.connect();
    for (const char* path : {"real.nam", "dangling.nam", "pipe.nam", "./real.nam", "nothing.nam"})
      for (const char* method : {"load", "inspect"}) {
        json::object params{{"path", path}};
        if (std::string(method) == "load") params["name"] = "x";
        EXPECT_NO_THROW(client->call_error(method, params)) << path;
      }
    EXPECT_EQ(client->call_error("load", {{"name", "x"}, {"path", "real.nam"}}).at("code"), "E_PARAMS");
    EXPECT_EQ(client->call("load", {{"name", "good"}, {"path", "link.nam"}}).at("saved"), true);
    for (const char* method : {"status", "list", "scene.list", "midi.list"})
      EXPECT_NO_THROW(client->call(method));
    EXPECT_FALSE(protocol::invalid_utf8(read_file(state)));
    client->call("scene.save", {{"name", "kept"}});
    daemon.process().signal(SIGKILL);
    daemon.process().wait();
  }
  RunningDaemon daemon({"--state=" + state});
  EXPECT_EQ(daemon.connect()->call("scene.list").at("scenes").as_array().size(), 1U);
  EXPECT_EQ(daemon.connect()->call("list").at("models").as_array().size(), 1U);
  EXPECT_TRUE(problems(*daemon.connect()).empty());
}

}  // namespace
}  // namespace namrack::test
