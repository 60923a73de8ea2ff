#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <sstream>

#include "cli/commands/arguments.h"
#include "cli/commands/subcommands.h"
#include "shell/display_text.h"
#include "tests/cli/program.h"
#include "tests/common/temporary_folder.h"

namespace namrack::cli {
namespace {

namespace fs = std::filesystem;

/// What the strictest CLI11 demands of a name (2.4 throws when a command is built, 2.3 takes anything).
bool is_valid_name(const std::string& name) {
  const auto is_valid = [](char c) {
    return c != '=' && c != ':' && c != '{' && static_cast<unsigned char>(c) > ' ';
  };
  return !name.empty() && name[0] != '-' && name[0] != '!' && std::ranges::all_of(name, is_valid);
}

std::vector<std::string> names_of(const CLI::Option& option) {
  std::vector<std::string> names = option.get_lnames();
  names.insert(names.end(), option.get_snames().begin(), option.get_snames().end());
  if (option.get_positional()) names.push_back(option.get_name(true));
  return names;
}

/// The commands of `app` with their verbs, each as it is typed.
void collect_commands(const CLI::App& app, const std::vector<std::string>& typed,
                      std::vector<std::pair<const CLI::App*, std::vector<std::string>>>& commands) {
  commands.emplace_back(&app, typed);
  for (const CLI::App* const command : app.get_subcommands([](const CLI::App*) { return true; })) {
    std::vector<std::string> words = typed;
    words.push_back(command->get_name());
    collect_commands(*command, words, commands);
  }
}

class Construction : public testing::Test {
 protected:
  Construction() {
    add_everything(app_, invocation_);
    collect_commands(app_, {}, commands_);
  }

  CLI::App app_;
  Invocation invocation_;
  std::vector<std::pair<const CLI::App*, std::vector<std::string>>> commands_;
};

TEST_F(Construction, EveryNameIsOneThatEveryVersionOfCli11Takes) {
  ASSERT_GT(commands_.size(), 30U);
  for (const auto& [command, typed] : commands_) {
    EXPECT_TRUE(typed.empty() || is_valid_name(command->get_name())) << command->get_name();
    for (const CLI::Option* const option : command->get_options()) {
      ASSERT_FALSE(names_of(*option).empty());
      for (const std::string& name : names_of(*option))
        EXPECT_TRUE(is_valid_name(name)) << command->get_name() << ": \"" << name << '"';
    }
  }
}

TEST_F(Construction, EveryCommandAnswersHelp) {
  for (auto [command, typed] : commands_) {
    typed.emplace_back("--help");
    EXPECT_NO_THROW({
      const auto help = std::get<PrintText>(parse_arguments(typed).action);
      EXPECT_NE(help.text.find("Usage: namrack"), std::string::npos) << help.text;
    }) << testing::PrintToString(typed);
  }
}

TEST_F(Construction, EveryHelpFitsEightyColumnsAndHasExamples) {
  for (auto [command, typed] : commands_) {
    typed.emplace_back("--help");
    std::istringstream help(std::get<PrintText>(parse_arguments(typed).action).text);
    bool has_examples = false;
    for (std::string line; std::getline(help, line);) {
      EXPECT_LE(shell::display_width(line), 80U) << line;
      has_examples = has_examples || line == "Examples:";
    }
    EXPECT_TRUE(has_examples) << testing::PrintToString(typed);
  }
}

TEST(Program, AnyExceptionWhileTheCommandLineIsReadIsOneLineAndAnExitCode) {
  const fs::path home = fs::current_path();
  {
    const test::TemporaryFolder gone;
    fs::current_path(gone.path());
  }
  const ProgramResult result = run_program({"load", "clean", "clean.nam"});
  fs::current_path(home);
  EXPECT_EQ(result.exit_code, 1) << result.errors;
  EXPECT_TRUE(is_one_line(result.errors)) << result.errors;
  EXPECT_EQ(result.output, "");
}

}  // namespace
}  // namespace namrack::cli
