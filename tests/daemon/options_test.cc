#include "daemon/options/options.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <regex>
#include <sstream>

#include "daemon/options/option_table.h"
#include "tests/common/interactive_bash.h"
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
                   "\xEF\xBB\xBF# saved by an editor with a byte order mark\r\n"
                   "client-name = \"amp\"\nlog-level = 'error'\nmodel-dir = [\"/a\", \"/b\"]\n"
                   "no-autoconnect = true\nrestrict_to_model_dirs = true\n"
                   "cpu_budget = 0.25\nmemory-budget = 64\nload = \"x=/m.nam\"\n");
  const Options o = good({"--config", file.c_str(), "--log-level", "debug", "--model-dir", "/c"});
  EXPECT_EQ(o.client_name, "amp");
  EXPECT_EQ(o.log_level, "debug");
  EXPECT_EQ(o.model_dirs, std::vector<std::filesystem::path>{"/c"});
  EXPECT_FALSE(o.autoconnect);
  EXPECT_TRUE(o.restrict_to_model_dirs);
  EXPECT_EQ(o.budgets.cpu, 0.25);
  EXPECT_EQ(o.budgets.memory, std::size_t{64} << 20U);
  ASSERT_EQ(o.loads.size(), 1U);
  EXPECT_TRUE(good({"--config", file.c_str(), "--no-autoconnect=false"}).autoconnect);
}

// "Line:column: what", of a file that says `text`.
void expect_mistake(const std::string& text, const std::string& message) {
  const test::TemporaryFolder folder;
  const std::string file = folder.write("namrackd.toml", text);
  const EarlyExit exit = bad({"--config", file.c_str()});
  EXPECT_EQ(exit.code, ExitCode::bad_config) << text;
  EXPECT_EQ(exit.message, "namrackd: " + file + ":" + message + "\n");
  const EarlyExit check = bad({"--config", file.c_str(), "--check-config"});
  EXPECT_EQ(check.code, ExitCode::bad_config);
  EXPECT_EQ(check.message, exit.message);
  EXPECT_EQ(bad({"--config", file.c_str(), "--nonsense"}).code, ExitCode::usage);
}

TEST(Options, AMistakeInTheFileIsNamedWithItsPlaceAndWhatWouldBeRight) {
  expect_mistake("swap = \"a\"\nclient_nam = 1\n",
                 "2:1: there is no key \"client_nam\"; did you mean client-name?");
  expect_mistake("colour = 1\n", "1:1: there is no key \"colour\"");
  expect_mistake("config = \"x\"\n", "1:1: there is no key \"config\"");
  expect_mistake("[audio]\nrate = 1\n", "1:2: there is no key \"audio\"");
  expect_mistake(
      "\nlog-level = \"debgu\"\n",
      "2:13: log-level: expected one of trace, debug, info, warning, error, critical, off, found \"debgu\"; "
      "did you mean \"debug\"?");
  expect_mistake("client-name = 7\n", "1:15: client-name: expected a string, found a number");
  expect_mistake("client-name = \"\"\n",
                 "1:15: client-name: the value is empty; give NAME, or leave the option out");
  expect_mistake("require-jack = \"yes\"\n", "1:16: require-jack: expected true or false, found a string");
  expect_mistake("cpu-budget = \"much\"\n", "1:14: cpu-budget: expected a number, found a string");
  expect_mistake("memory-budget = -1\n",
                 "1:17: memory-budget: expected a number from 0.001 to 1000000, found \"-1\"");
  expect_mistake("load = [\"a=/b\",\n  \"nameless\"]\n", "2:3: load: expected NAME=PATH, found \"nameless\"");
  expect_mistake("load = [1]\n", "1:9: load: expected a string, or an array of strings, found a number");
  expect_mistake("client-name = \"a\"\nclient_name = \"b\"\n", "2:1: client-name is given twice");
  expect_mistake("swap = \"a\"\nstate = \"/caf\xE9\"\n",
                 "2:14: byte 0xE9 at position 14 is not UTF-8; give it another name");
  expect_mistake("\xFF\xFEs", "1:1: this is UTF-16; save it as UTF-8");
}

TEST(Options, ABrokenOrMissingFileIsAConfigurationError) {
  const test::TemporaryFolder folder;
  const std::string file = folder.file("f");
  EXPECT_EQ(bad({"--config", file.c_str()}).code, ExitCode::bad_config);
  for (const char* text : {"client-name = ", "client-name = \"a", "= 3", "swap = \"a\"\nswap = \"b\"\n"}) {
    folder.write("f", text);
    const EarlyExit exit = bad({"--config", file.c_str()});
    EXPECT_EQ(exit.code, ExitCode::bad_config) << text;
    EXPECT_EQ(exit.message.rfind("namrackd: " + file + ":", 0), 0U) << exit.message;
    EXPECT_EQ(std::ranges::count(exit.message, '\n'), 1) << exit.message;
  }
  EXPECT_EQ(bad({"--config", folder.path().c_str()}).code, ExitCode::bad_config);
  EXPECT_EQ(bad({"--config", "/dev/zero"}).code, ExitCode::bad_config);
}

TEST(Options, TheFirstFileThatIsThereIsRead) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "namrack");
  ::setenv("XDG_CONFIG_HOME", folder.path().c_str(), 1);
  EXPECT_EQ(good({}).client_name, "namrack");
  const std::string file = folder.write("namrack/namrackd.toml", "client-name = \"found\"\n");
  EXPECT_EQ(good({}).client_name, "found");
  EXPECT_EQ(bad({"--check-config"}).message, file + " is in order\n");
  const std::string other = folder.write("other.toml", "client-name = \"other\"\n");
  EXPECT_EQ(good({"--config", other.c_str()}).client_name, "other");
  ::setenv("NAMRACKD_CONFIG", other.c_str(), 1);
  EXPECT_EQ(good({}).client_name, "other");
  ::unsetenv("NAMRACKD_CONFIG");
  ::unsetenv("XDG_CONFIG_HOME");
}

TEST(Options, TheEnvironmentWinsOverTheFileAndTheCommandLineOverBoth) {
  const test::TemporaryFolder folder;
  const std::string file = folder.write("f", "client-name = \"file\"\nswap = \"file\"\nno-state = true\n");
  ::setenv("NAMRACKD_CLIENT_NAME", "environment", 1);
  ::setenv("NAMRACKD_LOAD", "[\"a=/x\", \"b=/y\"]", 1);
  ::setenv("NAMRACKD_STATE", "/s", 1);
  ::setenv("NAMRACKD_REQUIRE_JACK", "true", 1);
  const Options o = good({"--config", file.c_str()});
  EXPECT_EQ(o.client_name, "environment");
  EXPECT_EQ(o.swap, "file");
  EXPECT_EQ(o.loads.size(), 2U);
  EXPECT_EQ(o.state, "/s") << "who names a state file wants one";
  EXPECT_TRUE(o.require_jack);
  const Options line = good({"--config", file.c_str(), "--client-name=line", "--no-state", "--load", "c=/z"});
  EXPECT_EQ(line.client_name, "line");
  EXPECT_FALSE(line.state);
  EXPECT_EQ(line.loads.size(), 1U);
  for (const char* variable :
       {"NAMRACKD_CLIENT_NAME", "NAMRACKD_LOAD", "NAMRACKD_STATE", "NAMRACKD_REQUIRE_JACK"})
    ::unsetenv(variable);
  const std::pair<const char*, const char*> mistakes[] = {
      {"NAMRACKD_CLIENTNAME", "x"},    {"NAMRACKD_SOCKET", ""},
      {"NAMRACKD_CPU_BUDGET", "much"}, {"NAMRACKD_REQUIRE_JACK", "perhaps"},
      {"NAMRACKD_LOAD", "[1]"},        {"NAMRACKD_STATE", "caf\xE9"},
      {"NAMRACKD_HELP", "true"}};
  for (const auto& [variable, value] : mistakes) {
    ::setenv(variable, value, 1);
    EXPECT_EQ(bad({}).code, ExitCode::bad_config) << variable;
    EXPECT_NE(bad({}).message.find(variable), std::string::npos) << bad({}).message;
    ::unsetenv(variable);
  }
}

TEST(Options, AnEmptyValueIsAMistakeAndNotTheDefault) {
  for (const char* option :
       {"--config", "--socket", "--client-name", "--model-dir", "--load", "--swap", "--state", "--connect-in",
        "--connect-out", "--connect-midi", "--memory-budget", "--cpu-budget", "--log-level"}) {
    const EarlyExit exit = bad({option, ""});
    EXPECT_EQ(exit.code, ExitCode::usage) << option;
    EXPECT_NE(exit.message.find(option), std::string::npos) << exit.message;
    EXPECT_EQ(bad({(std::string(option) + "=").c_str()}).code, ExitCode::usage) << option;
  }
}

TEST(Options, RelativeFoldersOfTheXdgVariablesAreIgnored) {
  ::setenv("HOME", "/home/x", 1);
  for (const char* name : {"XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"})
    ::setenv(name, "relative", 1);
  EXPECT_EQ(good({}).state, "/home/x/.local/state/namrack/state.json");
  EXPECT_EQ(good({}).socket, "/run/namrack/control.sock");
  EXPECT_EQ(good({}).model_dirs,
            (std::vector<std::filesystem::path>{"/home/x/.local/share/namrack/models",
                                                "/var/lib/namrack/models", "/usr/share/namrack/models"}));
  ::setenv("XDG_DATA_HOME", "/data", 1);
  EXPECT_EQ(good({}).model_dirs.front(), "/data/namrack/models");
  ::setenv("XDG_DATA_HOME", "/caf\xE9", 1);
  EXPECT_EQ(bad({}).code, ExitCode::bad_config);
  for (const char* name : {"XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"})
    ::unsetenv(name);
}

TEST(Options, TheHelpNamesEveryOptionWithin80Columns) {
  const std::string help = bad({"--help"}).message;
  for (const OptionSpec& option : option_table()) {
    EXPECT_NE(help.find("  --" + std::string(option.name)), std::string::npos) << option.name;
    EXPECT_FALSE(option.help.empty());
  }
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  EXPECT_EQ(bad({"-h"}).message, help);
  EXPECT_NE(bad({"--completion=bash"}).message.find("complete -F _namrackd namrackd"), std::string::npos);
}

TEST(Options, FilesAreCompletedWhateverTheirNamesAre) {
  const test::TemporaryFolder folder;
  const std::string name = "Twin [Bright] $5 & Co's.nam";
  folder.write(name, "");
  const std::string script = bad({"--completion=bash"}).message + "namrackd() { show \"$@\"; }\n";
  const auto typed = [&](const std::string& line) {
    return test::arguments_typed(folder.path(), script, "namrackd " + line + '\t');
  };
  EXPECT_EQ(typed("--load lead=Tw"), "--load\nlead=" + name + '\n');
  EXPECT_EQ(typed("--load=lead=Tw"), "--load=lead=" + name + '\n');
  EXPECT_EQ(typed("--load 'lead=Tw"), "--load\nlead=" + name + '\n');
  EXPECT_EQ(typed("--state Tw"), "--state\n" + name + '\n');
  EXPECT_EQ(typed("--log-level=tr"), "--log-level=trace\n");
  EXPECT_EQ(typed("--no-auto"), "--no-autoconnect\n");
}

TEST(Options, AnUnknownOptionIsAnsweredWithTheNearest) {
  EXPECT_EQ(bad({"--sokcet=/x"}).message,
            "namrackd: there is no option --sokcet; did you mean --socket?; see namrackd --help\n");
}

}  // namespace
}  // namespace namrack::daemon
