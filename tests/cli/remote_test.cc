// The built program against a daemon that is not there, does not answer, refuses or answers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "protocol/request.h"
#include "protocol/user_name.h"
#include "protocol/wire/response.h"
#include "tests/cli/fake_daemon.h"
#include "tests/cli/program.h"

namespace namrack::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string result_line(const std::string& line, boost::json::object result) {
  return protocol::message_line(
      protocol::result_message(protocol::parse_line(line).calls.at(0).id, std::move(result)));
}

TEST(RemoteCommand, ExitsWithThreeWhenNoDaemonListens) {
  const test::TemporaryFolder folder;
  const ProgramResult result = run_program({"--socket", folder.file("none"), "status"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.output, "");
  EXPECT_THAT(result.errors, StartsWith("namrack: no daemon listens at "));
  EXPECT_TRUE(is_one_line(result.errors));
}

TEST(RemoteCommand, NamesThePlacesItTriedAndHowToStartADaemon) {
  const test::TemporaryFolder folder;
  const ProgramResult result =
      run_program({"status"}, {{"XDG_RUNTIME_DIR", folder.path()}, {"NAMRACK_SOCKET", ""}});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.errors,
              HasSubstr(folder.file("namrack/control.sock") + " or /run/namrack/control.sock"));
  EXPECT_THAT(result.errors, HasSubstr("start one: namrackd"));
}

TEST(RemoteCommand, ThatMayNotConnectSaysWhoTheDaemonIsAndWhichGroupIsNeeded) {
  FakeDaemon daemon([](const std::string& line) { return result_line(line, {}); });
  namespace fs = std::filesystem;
  const std::string group = protocol::group_name(::getegid());
  fs::permissions(fs::path(daemon.socket()).parent_path(), fs::perms(0755));
  // The owner of the socket may be this very user, so that only a folder keeps him out.
  const fs::path barrier =
      ::geteuid() == 0 ? fs::path(daemon.socket()) : fs::path(daemon.socket()).parent_path();
  fs::permissions(barrier, ::geteuid() == 0 ? fs::perms(0660) : fs::perms(0060));
  const ProgramResult result = run_program_as_nobody({"--socket", daemon.socket(), "--json", "status"});
  fs::permissions(barrier, fs::perms(0755));
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.errors, HasSubstr("the daemon there is user " + protocol::user_name(::geteuid())));
  EXPECT_THAT(result.errors, HasSubstr("its group " + group + " may connect"));
  EXPECT_THAT(result.output, HasSubstr(R"("reason":"permission","user":)"));
  EXPECT_THAT(result.output, HasSubstr("E_PERMISSION"));
  if (::geteuid() == 0) {
    EXPECT_THAT(result.errors, HasSubstr("which nobody is not in: sudo usermod -aG " + group + " nobody"));
    fs::permissions(barrier, fs::perms(0600));
    EXPECT_THAT(run_program_as_nobody({"--socket", daemon.socket(), "status"}).errors,
                HasSubstr("and only that user may connect"));
  }
}

TEST(RemoteCommand, FindsTheSocketInTheEnvironment) {
  FakeDaemon daemon([](const std::string& line) { return result_line(line, {}); });
  EXPECT_EQ(run_program({"ping"}, {{"NAMRACK_SOCKET", daemon.socket()}}).exit_code, 0);
  EXPECT_EQ(run_program({"ping"}, {{"NAMRACK_SOCKET", "/nowhere"}}).exit_code, 3);
}

TEST(RemoteCommand, ExitsWithFourWhenTheDaemonDoesNotAnswer) {
  FakeDaemon daemon([](const std::string&) { return std::nullopt; });
  const ProgramResult result =
      run_program({"--socket", daemon.socket(), "--timeout", "0.1", "--json", "ping"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.output, HasSubstr(R"("reason":"timeout")"));
}

TEST(RemoteCommand, ExitsWithOneAndTheMessageWhenTheDaemonRefuses) {
  FakeDaemon daemon([](const std::string& line) {
    const auto id = protocol::parse_line(line).calls.at(0).id;
    return protocol::message_line(protocol::error_message(
        id, protocol::ProtocolError(protocol::ErrorCode::not_found, "no model \"x\"")));
  });
  const ProgramResult text = run_program({"--socket", daemon.socket(), "swap", "x"});
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_EQ(text.output, "");
  EXPECT_EQ(text.errors, "namrack: no model \"x\"\n");
  const ProgramResult json = run_program({"--socket", daemon.socket(), "--json", "swap", "x"});
  EXPECT_EQ(json.exit_code, 1);
  EXPECT_EQ(json.output, R"({"code":-32001,"message":"no model \"x\"","data":{"code":"E_NOT_FOUND"}})"
                         "\n");
}

TEST(RemoteCommand, PrintsExactlyTheResultAsJson) {
  FakeDaemon daemon(
      [](const std::string& line) { return result_line(line, {{"rev", 3}, {"text", "a\nb"}}); });
  const ProgramResult result = run_program({"--socket", daemon.socket(), "--json", "unload", "x"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output, "{\"rev\":3,\"text\":\"a\\nb\"}\n");
  EXPECT_EQ(result.errors, "");
}

TEST(RemoteCommand, SendsWhatTheArgumentsSay) {
  std::string sent;
  FakeDaemon daemon([&](const std::string& line) {
    sent = line;
    return result_line(line, {});
  });
  EXPECT_EQ(run_program({"--socket", daemon.socket(), "swap", "lead", "--fade-ms", "5"}).exit_code, 0);
  EXPECT_EQ(sent, R"({"jsonrpc":"2.0","id":1,"method":"swap","params":{"name":"lead","fade_ms":5}})");
}

TEST(RemoteCommand, SaysInOneLineWhatAMessageDoesNow) {
  std::string sent;
  FakeDaemon daemon([&](const std::string& line) {
    sent = line;
    return result_line(
        line,
        {{"mapping", {{"message", "control"}, {"number", 64}, {"channel", 2}, {"action", "scene.next"}}},
         {"replaced", nullptr},
         {"rev", 2}});
  });
  const ProgramResult result =
      run_program({"--socket", daemon.socket(), "midi", "learn", "next", "--wait", "60"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output, "learned control 64 on channel 2: next scene\n");
  EXPECT_EQ(sent, R"({"jsonrpc":"2.0","id":2,"method":"midi.learn",)"
                  R"("params":{"action":"scene.next","timeout_ms":60000}})");
  EXPECT_EQ(run_program({"--socket", daemon.socket(), "midi", "learn", "scene"}).exit_code, 2);
}

TEST(RemoteCommand, SendsTheOperationsOfAFileAsOneGroup) {
  std::string sent;
  FakeDaemon daemon([&](const std::string& line) {
    sent = line;
    return result_line(line, {{"bypass", true}, {"frame", 48}, {"applied", true}});
  });
  const test::TemporaryFolder folder;
  const std::string file = folder.write("cues", "# on\n{\"method\":\"bypass\",\"params\":{\"on\":true}}\n");
  const ProgramResult result = run_program({"--socket", daemon.socket(), "tx", file, "--at-frame", "48"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output, "bypass on at frame 48\n");
  EXPECT_EQ(sent, R"({"jsonrpc":"2.0","id":2,"method":"tx","params":{"at_frame":48,)"
                  R"("operations":[{"method":"bypass","params":{"on":true}}]}})");
}

TEST(RemoteCommand, NamesTheLineOfTheOperationThatFailed) {
  FakeDaemon daemon([](const std::string& line) {
    const auto id = protocol::parse_line(line).calls.at(0).id;
    return protocol::message_line(protocol::error_message(
        id, protocol::tx_error(1, protocol::ProtocolError(protocol::ErrorCode::not_found, "no model"))));
  });
  const test::TemporaryFolder folder;
  const std::string swap = "{\"method\":\"swap\",\"params\":{\"name\":\"x\"}}\n";
  const std::string file = folder.write("cues", "# two\n" + swap + "\n" + swap);
  const ProgramResult result = run_program({"--socket", daemon.socket(), "--json", "tx", file});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.errors, "namrack: " + file + ":4: no model\n");
  EXPECT_THAT(result.output, HasSubstr(R"("index":1)"));
  EXPECT_THAT(result.output, HasSubstr(R"("message":"operation 1: no model")"));
}

TEST(RemoteCommand, AsksNoDaemonWithoutOperations) {
  const test::TemporaryFolder folder;
  const ProgramResult result =
      run_program({"--socket", folder.file("none"), "tx", folder.write("cues", "# later\n")});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.errors, HasSubstr("cues: no operations"));
}

TEST(RemoteCommand, PrintsEventsUntilTheDaemonGoes) {
  int requests = 0;
  FakeDaemon daemon([&](const std::string& line) {
    ++requests;
    protocol::Event event{.topic = protocol::Topic::xrun, .seq = 1, .rev = 2};
    return result_line(line, {{"rev", 1}}) + protocol::message_line(protocol::event_message(event)) +
           "not JSON\n";  // ends the program
  });
  const ProgramResult result = run_program({"--socket", daemon.socket(), "events", "xrun", "--json"});
  EXPECT_EQ(requests, 1);
  EXPECT_THAT(result.output,
              StartsWith(R"({"jsonrpc":"2.0","method":"event","params":{"topic":"xrun","seq":1)"));
  EXPECT_EQ(result.exit_code, 1);
}

TEST(RemoteCommand, ExitsWithTwoOnAWrongCommandLine) {
  const ProgramResult result = run_program({"fly"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output, "");
  EXPECT_TRUE(is_one_line(result.errors));
  EXPECT_EQ(run_program({}).exit_code, 2);
  const ProgramResult json = run_program({"--json", "swpa"});
  EXPECT_EQ(json.exit_code, 2);
  EXPECT_TRUE(is_one_line(json.output));
  EXPECT_THAT(json.output, HasSubstr(R"("nearest":"swap")"));
  EXPECT_EQ(run_program({"swap", "--help"}).exit_code, 0);
  EXPECT_THAT(run_program({"--version"}).output, StartsWith("namrack "));
}

TEST(RemoteCommand, RefusesASocketPathThatDoesNotFit) {
  const ProgramResult result = run_program({"--socket", "/" + std::string(120, 'x'), "ping"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.errors, HasSubstr("121 bytes"));
}

}  // namespace
}  // namespace namrack::cli
