// What becomes of a change that waits when the command that asked for it is interrupted.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <future>

#include "protocol/request.h"
#include "protocol/wire/response.h"
#include "tests/cli/fake_daemon.h"
#include "tests/cli/program.h"
#include "tests/common/temporary_folder.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A daemon that numbers its connections from 1 as they say hello, and lets swaps, bypasses and learning wait
/// for ever. Change 7 is that of connection 1, 8 of connection 2, 9 of somebody else.
class WaitingDaemon {
 public:
  explicit WaitingDaemon(int expected_changes) : missing_(expected_changes) {}

  std::string socket() const { return daemon_.socket(); }
  /// Until all changes wait.
  void wait() { waiting_.get_future().wait(); }

  std::vector<json::value> cancelled;  ///< ids, and "learning"

 private:
  std::optional<std::string> answer(const std::string& line) {
    const json::object request = json::parse(line).as_object();
    const std::string method(request.at("method").as_string());
    if (method == "swap" || method == "bypass" || method == "midi.learn") {
      if (--missing_ == 0) waiting_.set_value();
      return std::nullopt;
    }
    json::object result;
    if (method == "hello") result["connection"] = ++connections_;
    if (method == "status") result["jack"] = {{"frame", 48000}, {"sample_rate", 48000}};
    if (method == "pending")
      result["changes"] = {{{"id", 7}, {"what", "swap"}, {"origin", 1}},
                           {{"id", 8}, {"what", "bypass"}, {"origin", 2}},
                           {{"id", 9}, {"what", "swap"}, {"origin", 99}}};
    if (method == "cancel") cancelled.push_back(request.at("params").at("id"));
    if (method == "midi.cancel") cancelled.emplace_back("learning");
    return protocol::message_line(protocol::result_message(request.at("id"), result));
  }

  int connections_ = 0;
  int missing_;
  std::promise<void> waiting_;
  FakeDaemon daemon_{[this](const std::string& line) { return answer(line); }};
};

TEST(Interruption, OfAWaitingCommandCancelsWhatItAskedForAndNothingElse) {
  for (const auto& [signal, exit_code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 143)}) {
    WaitingDaemon daemon(1);
    RunningProgram program({"--socket", daemon.socket(), "swap", "lead", "--in-ms", "60000"});
    daemon.wait();
    program.signal(signal);
    const ProgramResult result = program.result();
    EXPECT_EQ(result.exit_code, exit_code);
    EXPECT_THAT(daemon.cancelled, ElementsAre(json::value(7)));
    EXPECT_THAT(result.errors, HasSubstr("interrupted, 1 waiting change cancelled"));
    EXPECT_EQ(result.output, "");
  }
}

TEST(Interruption, OfAScriptCancelsAllThatItHasSent) {
  WaitingDaemon daemon(2);
  const test::TemporaryFolder folder;
  const std::string script = folder.write("show",
                                          "{\"at_ms\":100,\"method\":\"swap\",\"params\":{\"name\":\"a\"}}\n"
                                          "{\"at_ms\":200,\"method\":\"bypass\",\"params\":{\"on\":true}}\n");
  RunningProgram program({"--socket", daemon.socket(), "--json", "play", script});
  daemon.wait();
  program.signal(SIGINT);
  const ProgramResult result = program.result();
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(daemon.cancelled, ElementsAre(json::value(7), json::value(8)));
  EXPECT_THAT(result.output, HasSubstr("E_CANCELLED"));
}

TEST(Interruption, OfLearningEndsIt) {
  WaitingDaemon daemon(1);
  RunningProgram program({"--socket", daemon.socket(), "midi", "learn", "next"});
  daemon.wait();
  program.signal(SIGINT);
  EXPECT_EQ(program.result().exit_code, 130);
  EXPECT_THAT(daemon.cancelled, Contains(json::value("learning")));
}

TEST(Interruption, OfACommandWhoseDaemonHangsEndsIt) {
  std::promise<void> asked;
  FakeDaemon daemon([&](const std::string& line) -> std::optional<std::string> {
    const json::object request = json::parse(line).as_object();
    if (request.at("method") == "swap") asked.set_value();
    if (request.at("method") != "hello") return std::nullopt;
    return protocol::message_line(protocol::result_message(request.at("id"), {{"connection", 1}}));
  });
  RunningProgram program({"--socket", daemon.socket(), "swap", "lead", "--in-ms", "60000"});
  asked.get_future().wait();
  program.signal(SIGINT);
  const ProgramResult result = program.result();
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(result.errors, HasSubstr("could not be cancelled"));
}

TEST(Interruption, OfACommandThatDoesNotWaitIsTheSystemsBusiness) {
  std::promise<void> asked;
  FakeDaemon daemon([&](const std::string&) -> std::optional<std::string> {
    asked.set_value();
    return std::nullopt;
  });
  RunningProgram program({"--socket", daemon.socket(), "status"});
  asked.get_future().wait();
  program.signal(SIGTERM);
  EXPECT_EQ(program.result().exit_code, -1) << "ended by the signal";
}

}  // namespace
}  // namespace namrack::cli
