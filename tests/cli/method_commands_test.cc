// Commands that are made of a method's schema alone.
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

#include "cli/commands/shared_options.h"
#include "protocol/command_table.h"

namespace namrack::cli {
namespace {

RemoteCall parsed(std::vector<std::string> arguments) {
  Action action;
  CLI::App app;
  add_other_methods(app, action);
  std::ranges::reverse(arguments);  // as CLI11 wants it
  app.parse(arguments);
  return std::get<RemoteCall>(action);
}

TEST(MethodCommands, WhatIsRequiredStandsInOrderAndTheRestAreOptions) {
  const RemoteCall load = parsed({"load", "a", "/m.nam", "--quality", "0.5", "--replace", "--if-rev", "7"});
  EXPECT_EQ(load.method, "load");
  EXPECT_EQ(load.params,
            (boost::json::object{
                {"name", "a"}, {"path", "/m.nam"}, {"quality", 0.5}, {"replace", true}, {"if_rev", 7}}));
  EXPECT_THROW(parsed({"load", "a"}), CLI::RequiredError);
  EXPECT_THROW(parsed({"load", "a", "/m.nam", "--quality", "half"}), CLI::ConversionError);
}

TEST(MethodCommands, SwitchesAreOnAndOff) {
  EXPECT_EQ(parsed({"bypass", "on"}).params, (boost::json::object{{"on", true}}));
  EXPECT_EQ(parsed({"bypass", "toggle", "--in-ms", "5"}).params,
            (boost::json::object{{"on", "toggle"}, {"in_ms", 5.0}}));
  EXPECT_THROW(parsed({"bypass", "maybe"}), CLI::ValidationError);
}

TEST(MethodCommands, EveryMethodWithoutACommandGetsOne) {
  Action action;
  CLI::App app;
  app.add_subcommand("swap", "is there already");
  app.add_subcommand("scene", "a family");
  add_other_methods(app, action);
  const auto names_in = [](const CLI::App& parent) {
    std::set<std::string> names;
    for (const CLI::App* const command : parent.get_subcommands({})) names.insert(command->get_name());
    return names;
  };
  const std::set<std::string> names = names_in(app);
  for (const protocol::CommandSpec& command : protocol::command_table()) {
    const bool is_offered =
        command.name.find('.') == std::string_view::npos && !command.name.ends_with("subscribe");
    EXPECT_EQ(names.contains(std::string(command.name)), is_offered) << command.name;
  }
  EXPECT_EQ(app.get_subcommand("swap")->get_description(), "is there already");
  EXPECT_TRUE(names_in(*app.get_subcommand("scene")).contains("recall"));
}

}  // namespace
}  // namespace namrack::cli
