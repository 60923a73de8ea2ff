#include "protocol/socket_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "protocol/error.h"

namespace namrack::protocol {
namespace {

using ::testing::ElementsAre;

Environment environment(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found != variables.end() ? std::optional(found->second) : std::nullopt;
  };
}

TEST(SocketPath, TheDaemonPrefersTheRuntimeDirectoryOfItsService) {
  EXPECT_EQ(
      daemon_socket_path(environment({{"RUNTIME_DIRECTORY", "/run/n"}, {"XDG_RUNTIME_DIR", "/run/user/1"}})),
      "/run/n/control.sock");
  EXPECT_EQ(daemon_socket_path(environment({{"RUNTIME_DIRECTORY", "/run/n:/run/m"}})), "/run/n/control.sock");
}

TEST(SocketPath, TheDaemonOfAUserListensInTheUsersRuntimeDirectory) {
  EXPECT_EQ(daemon_socket_path(environment({{"RUNTIME_DIRECTORY", ""}, {"XDG_RUNTIME_DIR", "/run/user/1"}})),
            "/run/user/1/namrack/control.sock");
}

TEST(SocketPath, WithoutAnEnvironmentItIsTheSystems) {
  EXPECT_EQ(daemon_socket_path(environment({})), "/run/namrack/control.sock");
  EXPECT_THAT(client_socket_paths({}, environment({})), ElementsAre("/run/namrack/control.sock"));
}

TEST(SocketPath, AClientAsksTheUsersDaemonBeforeTheSystems) {
  EXPECT_THAT(client_socket_paths({}, environment({{"XDG_RUNTIME_DIR", "/run/user/1"}})),
              ElementsAre("/run/user/1/namrack/control.sock", "/run/namrack/control.sock"));
}

TEST(SocketPath, AClientThatIsToldWhereLooksNowhereElse) {
  const Environment told = environment({{"NAMRACK_SOCKET", "/env"}, {"XDG_RUNTIME_DIR", "/run/user/1"}});
  EXPECT_THAT(client_socket_paths({}, told), ElementsAre("/env"));
  EXPECT_THAT(client_socket_paths("/option", told), ElementsAre("/option"));
}

TEST(SocketPath, MustFitIntoASocketAddress) {
  EXPECT_NO_THROW(check_socket_path(std::string(107, 'x')));
  EXPECT_THROW(check_socket_path(std::string(108, 'x')), ProtocolError);
  EXPECT_THROW(check_socket_path(""), ProtocolError);
}

}  // namespace
}  // namespace namrack::protocol
