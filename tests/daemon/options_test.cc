#include "daemon/options.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <regex>

#include "tests/common/temporary_folder.h"

namespace namrack::daemon {
namespace {

std::variant<Options, EarlyExit> read(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "namrackd");
  return read_options(static_cast<int>(arguments.size()), arguments.data());
}

Options good(const std::vector<const char*>& arguments) {
  auto result = read(arguments);
  if (const auto* exit = std::get_if<EarlyExit>(&result)) throw std::runtime_error(exit->message);
  return std::get<Options>(result);
}

EarlyExit bad(const std::vector<const char*>& arguments) {
  auto result = read(arguments);
  return std::holds_alternative<EarlyExit>(result) ? std::get<EarlyExit>(result) : EarlyExit{};
}

TEST(Options, AllOfTheCommandLineIsRead) {
  const Options o = good({"--socket", "/s", "--client-name", "amp", "--model-dir", "/a", "--model-dir", "/b",
                          "--load", "x=/m=1.nam", "--load=y=z.nam", "--swap", "x", "--state", "/st",
                          "--no-autoconnect", "--log-level", "debug"});
  EXPECT_EQ(o.socket, "/s");
  EXPECT_EQ(o.client_name, "amp");
  EXPECT_EQ(o.model_dirs, (std::vector<std::filesystem::path>{"/a", "/b"}));
  ASSERT_EQ(o.loads.size(), 2U);
  EXPECT_EQ(o.loads[0].name, "x");
  EXPECT_EQ(o.loads[0].path, "/m=1.nam");
  EXPECT_EQ(o.swap, "x");
  EXPECT_EQ(o.state, "/st");
  EXPECT_FALSE(o.autoconnect);
  EXPECT_EQ(o.log_level, "debug");
  EXPECT_FALSE(good({"--no-state"}).state);
  EXPECT_EQ(good({}).budgets.memory, std::size_t{512} << 20U);
  EXPECT_EQ(good({"--memory-budget", "0.5"}).budgets.memory, std::size_t{1} << 19U);
  EXPECT_EQ(good({}).budgets.cpu, 0.8);
  EXPECT_EQ(good({"--cpu-budget=0.25"}).budgets.cpu, 0.25);
}

// Version 2.4 of the library throws while an option is built whose name 2.3 takes.
TEST(Options, AllAreBuiltAndTheirNamesAreOnesThatEveryVersionOfCli11Takes) {
  const EarlyExit help = bad({"--help"});
  ASSERT_EQ(help.code, ExitCode::ok) << help.message;
  const std::regex name("(^|[ ,])(--?[^ ,\\n]+)");
  int names = 0;
  for (std::sregex_iterator i(help.message.begin(), help.message.end(), name), end; i != end; ++i, ++names)
    EXPECT_TRUE(std::regex_match((*i)[2].str(), std::regex("-[a-z]|--[a-z][a-z0-9_-]*"))) << i->str();
  EXPECT_GE(names, 20);
}

TEST(Options, DefaultPathsFollowTheEnvironment) {
  ::setenv("STATE_DIRECTORY", "/var/lib/namrack:/other", 1);
  ::setenv("RUNTIME_DIRECTORY", "/run/nr", 1);
  EXPECT_EQ(good({}).state, "/var/lib/namrack/state.json");
  EXPECT_EQ(good({}).socket, "/run/nr/control.sock");
  ::unsetenv("STATE_DIRECTORY");
  ::unsetenv("RUNTIME_DIRECTORY");
  ::setenv("XDG_STATE_HOME", "/home/x/state", 1);
  EXPECT_EQ(good({}).state, "/home/x/state/namrack/state.json");
}

TEST(Options, MistakesOnTheCommandLineAreUsageErrors) {
  for (const auto& arguments : std::vector<std::vector<const char*>>{{"--colour"},
                                                                     {"stray"},
                                                                     {"--load", "name"},
                                                                     {"--load", "=path"},
                                                                     {"--log-level", "loud"},
                                                                     {"--client-name", "a:b"},
                                                                     {"--state", "/x", "--no-state"}}) {
    EXPECT_EQ(bad(arguments).code, ExitCode::usage) << arguments[0];
    EXPECT_FALSE(bad(arguments).message.empty());
  }
}

TEST(Options, AClientMayNotHaveTheNameOfTheJackServer) {
  const test::TemporaryFolder folder;
  const std::string file = folder.write("f", "client-name = \"studio\"\n");
  ::setenv("JACK_DEFAULT_SERVER", "studio", 1);
  const EarlyExit exit = bad({"--client-name", "studio"});
  EXPECT_EQ(exit.code, ExitCode::usage);
  EXPECT_EQ(
      exit.message,
      "namrackd: --client-name: the JACK server is named \"studio\": a client of that name would take its "
      "socket away\n");
  EXPECT_EQ(bad({"--config", file.c_str()}).code, ExitCode::bad_config);
  EXPECT_EQ(good({"--client-name", "default"}).client_name, "default");
  ::setenv("JACK_DEFAULT_SERVER", "namrack", 1);
  EXPECT_EQ(bad({}).code, ExitCode::usage) << "the default name";
  EXPECT_EQ(good({"--config", file.c_str()}).client_name, "studio");
  ::unsetenv("JACK_DEFAULT_SERVER");
  EXPECT_EQ(bad({"--client-name", "default"}).code, ExitCode::usage);
  EXPECT_EQ(good({"--config", file.c_str()}).client_name, "studio");
}

TEST(Options, TheFileSetsWhatTheCommandLineLeavesOpen) {
  const test::TemporaryFolder folder;
  const std::string file =
      folder.write("namrackd.toml",
                   "client-name = \"amp\"\nlog-level = \"error\"\nmodel-dir = [\"/a\", \"/b\"]\n"
                   "no-autoconnect = true\nrestrict_to_model_dirs = true\n");
  const Options o = good({"--config", file.c_str(), "--log-level", "debug"});
  EXPECT_EQ(o.client_name, "amp");
  EXPECT_EQ(o.log_level, "debug");
  EXPECT_EQ(o.model_dirs.size(), 2U);
  EXPECT_FALSE(o.autoconnect);
  EXPECT_TRUE(o.restrict_to_model_dirs);
}

TEST(Options, MistakesInTheFileAreConfigurationErrors) {
  const test::TemporaryFolder folder;
  const std::string file = folder.file("f");
  EXPECT_EQ(bad({"--config", file.c_str()}).code, ExitCode::bad_config);
  for (const char* text : {"colour = 1\n", "log-level = \"loud\"\n", "load = [\"nameless\"]\n"}) {
    folder.write("f", text);
    EXPECT_EQ(bad({"--config", file.c_str()}).code, ExitCode::bad_config) << text;
    EXPECT_EQ(bad({"--config", file.c_str(), "--nonsense"}).code, ExitCode::usage);
  }
}

}  // namespace
}  // namespace namrack::daemon
