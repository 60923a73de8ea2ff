#include "cli/remote/client.h"

#include <gtest/gtest.h>

#include "cli/failure.h"
#include "protocol/request.h"
#include "protocol/wire/response.h"
#include "tests/cli/fake_daemon.h"

namespace namrack::cli {
namespace {

using namespace std::chrono_literals;

boost::json::value id_of(const std::string& line) {
  return protocol::parse_line(line).calls.at(0).id;
}

ExitCode exit_code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Failure& failure) {
    return failure.exit_code();
  }
  return ExitCode::ok;
}

TEST(Client, ReturnsTheResultAndSkipsEventsBeforeIt) {
  FakeDaemon daemon([](const std::string& line) {
    return protocol::message_line(protocol::event_message({})) +
           protocol::message_line(protocol::result_message(id_of(line), {{"rev", 3}}));
  });
  Client client({daemon.socket()}, 10s);
  EXPECT_EQ(client.call("status", {}).at("rev"), 3);
  EXPECT_EQ(client.call("status", {}).at("rev"), 3);
}

TEST(Client, TakesTheSecondSocketWhenNobodyListensAtTheFirst) {
  FakeDaemon daemon([](const std::string& line) {
    return protocol::message_line(protocol::result_message(id_of(line), {}));
  });
  EXPECT_NO_THROW(Client({"/nowhere/control.sock", daemon.socket()}, 10s).call("ping", {}));
}

TEST(Client, FailsWithNoConnectionWhenTheDaemonHangsUp) {
  test::TemporaryFolder folder;
  EXPECT_EQ(exit_code_of([&] { Client({folder.file("none")}, 1s); }), ExitCode::no_connection);
  const std::string plain_file = folder.write("file", "");
  EXPECT_EQ(exit_code_of([&] { Client({plain_file}, 1s); }), ExitCode::no_connection);
}

TEST(Client, ReadsALineOfAMebibyteInPieces) {
  const std::string text(1 << 20, 'x');
  FakeDaemon daemon([&](const std::string& line) {
    return protocol::message_line(protocol::result_message(id_of(line), {{"text", text}}));
  });
  EXPECT_EQ(Client({daemon.socket()}, 10s).call("x", {}).at("text").as_string(), text);
}

TEST(Client, AnswersWithTheErrorWhoseIdCouldNotBeRead) {
  FakeDaemon daemon([](const std::string&) {
    return protocol::message_line(
        protocol::error_message(nullptr, protocol::ProtocolError(protocol::ErrorCode::limit, "too long")));
  });
  Client client({daemon.socket()}, 10s);
  EXPECT_EQ(exit_code_of([&] { client.call("x", {}); }), ExitCode::failed);
}

TEST(Client, IgnoresTheReplyToAnotherRequest) {
  FakeDaemon daemon(
      [](const std::string&) { return protocol::message_line(protocol::result_message(999, {})); });
  Client client({daemon.socket()}, 50ms);
  EXPECT_EQ(exit_code_of([&] { client.call("x", {}); }), ExitCode::timeout);
}

}  // namespace
}  // namespace namrack::cli
