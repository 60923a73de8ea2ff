#include "shell/usage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <optional>

#include "shell/help_layout.h"

namespace namrack::shell {
namespace {

using ::testing::HasSubstr;

/// A program with a command that has arguments and one that has verbs.
struct Program {
  Program() {
    app.formatter(std::make_shared<HelpLayout>());
    app.require_subcommand(1);
    app.fallthrough();
    app.add_option("--socket", socket, "where it listens")->type_name("PATH");
    CLI::App* const mix = app.add_subcommand("mix", "Mixes sounds.");
    mix->add_option("NAME", name, "what it is called")->required();
    mix->add_option("FILE", file, "what it reads")->required();
    mix->add_option("--level-db", level, "how loud it is")->type_name("DB")->check(between(-60.0, 40.0));
    mix->add_option("--count", count, "how often");
    mix->add_option("--mode", mode, "how it is done")->type_name("WHAT")->check(one_of({"fast", "exact"}));
    mix->footer("Examples:\n  program mix a b");
    CLI::App* const scene = app.add_subcommand("scene", "Keeps scenes.");
    scene->require_subcommand(1);
    scene->add_subcommand("save", "Saves one.");
    scene->add_subcommand("recall", "Recalls one.");
    for (CLI::App* const command : {mix, scene}) command->fallthrough();
  }

  UsageFault fault_of(const std::vector<std::string>& arguments) {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    try {
      app.parse(reversed);
    } catch (const CLI::ParseError& error) {
      return explain(app, arguments, error);
    }
    return {"accepted", std::nullopt};
  }

  CLI::App app{"Does things with sounds that take more words to explain than fit into a line of a terminal.",
               "program"};
  std::string socket, name, file, mode;
  double level = 0.0;
  int count = 0;
};

std::string message_of(const std::vector<std::string>& arguments) {
  return Program().fault_of(arguments).message;
}

TEST(Usage, AnUnknownCommandIsNamedWithTheNearest) {
  EXPECT_EQ(message_of({"mxi", "a", "b"}), R"(no command "mxi"; did you mean "mix"?)");
  EXPECT_EQ(Program().fault_of({"mxi"}).nearest, "mix");
  EXPECT_EQ(message_of({"--socket", "mix", "fly"}), R"(no command "fly"; program --help lists them)");
  EXPECT_EQ(message_of({"fly", "mix"}), R"(no command "fly"; program --help lists them)");
  EXPECT_EQ(message_of({}), "no command is given; program --help lists them");
}

TEST(Usage, AnUnknownVerbIsNamedWithTheNearestOrAllInTheirOrder) {
  EXPECT_EQ(message_of({"scene", "recal"}), R"(scene has no "recal"; did you mean "recall"?)");
  EXPECT_EQ(message_of({"scene", "fly"}), R"(scene has no "fly"; it has save and recall)");
  EXPECT_EQ(message_of({"scene"}), "scene needs one of save or recall; program scene --help says more");
}

TEST(Usage, AnUnknownOptionIsNamedBeforeWhatIsMissing) {
  EXPECT_EQ(message_of({"mix", "--leveldb", "5"}),
            R"(mix has no option "--leveldb"; did you mean "--level-db"?)");
  EXPECT_EQ(message_of({"mix", "a", "b", "--sokcet=x"}),
            R"(mix has no option "--sokcet"; did you mean "--socket"?)");
  EXPECT_EQ(message_of({"mix", "a", "b", "--zzzzzz"}),
            R"(mix has no option "--zzzzzz"; program mix --help lists those that it has)");
}

TEST(Usage, WhatIsMissingIsNamedWithTheUsage) {
  EXPECT_EQ(message_of({"mix"}), "mix: NAME and FILE are missing; usage: program mix [OPTIONS] NAME FILE");
  EXPECT_EQ(message_of({"mix", "a"}), "mix: FILE is missing; usage: program mix [OPTIONS] NAME FILE");
  EXPECT_EQ(message_of({"mix", "a", "b", "c"}),
            R"(mix has no place for "c"; usage: program mix [OPTIONS] NAME FILE)");
}

TEST(Usage, AWrongWordIsAnsweredWithTheNearest) {
  const UsageFault fault = Program().fault_of({"mix", "a", "b", "--mode", "exakt"});
  EXPECT_EQ(fault.message, R"(mix: --mode: expected fast or exact, found "exakt"; did you mean "exact"?)");
  EXPECT_EQ(fault.nearest, "exact");
  EXPECT_THAT(message_of({"mix", "a", "b", "--mode", "7"}), HasSubstr("expected fast or exact"));
}

TEST(Usage, AWrongNumberIsNamed) {
  for (const char* const word : {"loud", "99", "5 dB", ""})
    EXPECT_THAT(
        message_of({"mix", "a", "b", "--level-db", word}),
        HasSubstr(std::string("mix: --level-db: expected a number from -60 to 40, found \"") + word + '"'));
  EXPECT_EQ(message_of({"mix", "a", "b", "--level-db", "+5.5"}), "accepted");
  EXPECT_EQ(message_of({"mix", "a", "b", "--count", "many"}),
            "mix: expected a number, found --count = many; usage: program mix [OPTIONS] NAME FILE");
}

TEST(Usage, HelpFitsEightyColumns) {
  Program program;
  const std::string help = program.app.get_subcommand("mix")->help("program") + program.app.help();
  EXPECT_THAT(help, HasSubstr("Usage: program mix [OPTIONS] NAME FILE\n"));
  EXPECT_THAT(help, HasSubstr("  --level-db DB           how loud it is (from -60 to 40)\n"));
  EXPECT_THAT(help, HasSubstr("  --mode WHAT             how it is done (fast or exact)\n"));
  for (std::size_t begin = 0, end = 0; (end = help.find('\n', begin)) != std::string::npos; begin = end + 1)
    EXPECT_LE(end - begin, 80U) << help.substr(begin, end - begin);
}

TEST(Usage, NamesTheByteThatIsNoUtf8) {
  EXPECT_EQ(not_utf8("Caf\xE9.nam"), "byte 0xE9 at position 4");
  EXPECT_EQ(not_utf8("Café.nam"), std::nullopt);
}

}  // namespace
}  // namespace namrack::shell
