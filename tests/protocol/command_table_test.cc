#include "protocol/command_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "protocol/error.h"
#include "protocol/topic.h"

namespace namrack::protocol {
namespace {

using ::testing::ElementsAre;

TEST(CommandTable, HasTheMethodsOfTheContract) {
  EXPECT_THAT(
      command_names(),
      ElementsAre("bypass", "cancel", "get", "hello", "inspect", "list", "load", "midi.cancel", "midi.learn",
                  "midi.list", "midi.map", "midi.set", "midi.unmap", "models", "pending", "ping", "quality",
                  "scene.delete", "scene.list", "scene.next", "scene.prev", "scene.recall", "scene.rename",
                  "scene.save", "set", "setlist.delete", "setlist.list", "setlist.save", "setlist.use",
                  "status", "subscribe", "swap", "tx", "unload", "unsubscribe"));
}

TEST(CommandTable, FindsByExactName) {
  EXPECT_EQ(find_command("swap")->name, "swap");
  EXPECT_EQ(find_command("swa"), nullptr);
  EXPECT_EQ(find_command("zzz"), nullptr);
}

TEST(CommandTable, WhatChangesTheStateTakesAndReturnsTheRevision) {
  for (const CommandSpec& command : command_table()) {
    const auto has = [&](std::string_view field) {
      return std::ranges::find(command.result, field, &FieldSpec::name) != command.result.end();
    };
    const bool takes_if_rev = std::ranges::binary_search(command.params, "if_rev", {}, &ParamSpec::name);
    EXPECT_EQ(takes_if_rev, command.effect != Effect::nothing) << command.name;
    EXPECT_TRUE(has("rev") || command.effect == Effect::nothing) << command.name;
    EXPECT_TRUE(has("saved") || command.effect != Effect::structure) << command.name;
  }
}

TEST(CommandTable, ParametersAreInTheOrderOfTheirNames) {
  for (const CommandSpec& command : command_table())
    EXPECT_TRUE(std::ranges::is_sorted(command.params, {}, &ParamSpec::name)) << command.name;
}

TEST(Topics, AreFoundByName) {
  for (const TopicSpec& topic : kTopics) {
    EXPECT_EQ(topic_from_name(topic.name), topic.topic);
    EXPECT_EQ(topic_name(topic.topic), topic.name);
  }
  EXPECT_EQ(topic_from_name("volume"), std::nullopt);
}

TEST(Topics, OnlyMetersMayBeDropped) {
  for (const TopicSpec& topic : kTopics) EXPECT_EQ(topic.is_state, topic.topic != Topic::meters);
}

TEST(Errors, HaveTheNumbersOfTheContract) {
  EXPECT_EQ(error_number(ErrorCode::parse), -32700);
  EXPECT_EQ(error_number(ErrorCode::internal), -32603);
  EXPECT_EQ(error_number(ErrorCode::busy), -32000);
  EXPECT_EQ(error_number(ErrorCode::limit), -32013);
  EXPECT_EQ(error_name(ErrorCode::too_late), "E_TOO_LATE");
  EXPECT_EQ(error_from_number(-32007), ErrorCode::conflict);
  EXPECT_EQ(error_from_number(1), std::nullopt);
}

TEST(Errors, HaveDistinctNumbersAndNames) {
  std::set<int> numbers;
  std::set<std::string_view> names;
  for (const ErrorSpec& error : error_table()) {
    numbers.insert(error_number(error.code));
    names.insert(error.name);
  }
  EXPECT_EQ(numbers.size(), error_table().size());
  EXPECT_EQ(names.size(), error_table().size());
}

TEST(Errors, CarryTheirNameInTheData) {
  const ProtocolError error(ErrorCode::cpu_budget, "too slow", {{"budget", 0.7}});
  const boost::json::value expected{
      {"code", -32004}, {"message", "too slow"}, {"data", {{"budget", 0.7}, {"code", "E_CPU_BUDGET"}}}};
  EXPECT_EQ(boost::json::value(error.to_json()), expected);
}

}  // namespace
}  // namespace namrack::protocol
