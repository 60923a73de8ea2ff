#include "player/outbox.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace namrack::player {
namespace {

namespace json = boost::json;
using protocol::Topic;

protocol::Event event(Topic topic, const std::string& name = "") {
  protocol::Event result;
  result.topic = topic;
  result.data = {{"name", name}};
  return result;
}

std::vector<json::object> lines(const std::string& text) {
  std::vector<json::object> result;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) result.push_back(json::parse(line).as_object());
  return result;
}

TEST(Outbox, KeepsTheOrderOfRepliesAndEvents) {
  Outbox outbox;
  EXPECT_TRUE(outbox.is_empty());
  outbox.add_event(event(Topic::swap), 1);
  outbox.add_reply("{\"id\":1}\n");
  outbox.add_event(event(Topic::bypass), 1);
  const auto sent = lines(outbox.take(1));
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_EQ(sent[0].at("params").at("seq").to_number<int>(), 1);
  EXPECT_EQ(sent[1].at("id").to_number<int>(), 1);
  EXPECT_EQ(sent[2].at("params").at("seq").to_number<int>(), 2);
  EXPECT_TRUE(outbox.is_empty());
}

TEST(Outbox, OnlyTheLatestLevelsWait) {
  Outbox outbox;
  outbox.add_event(event(Topic::meters, "old"), 0);
  outbox.add_event(event(Topic::swap), 0);
  outbox.add_event(event(Topic::meters, "new"), 0);
  const auto sent = lines(outbox.take(1));
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[1].at("params").at("data").at("name"), "new");
}

TEST(Outbox, TooManyEventsMakeWayForOneThatSaysHowManyAreLost) {
  Outbox outbox;
  outbox.add_reply("{\"id\":1}\n");
  for (std::size_t i = 0; i < Outbox::kMaxEvents + 10; ++i) outbox.add_event(event(Topic::swap), 0);
  const auto sent = lines(outbox.take(77));
  ASSERT_EQ(sent.size(), 2U) << "the reply, and one event";
  const json::object& params = sent[1].at("params").as_object();
  EXPECT_EQ(params.at("topic"), "lost");
  EXPECT_EQ(params.at("rev").to_number<int>(), 77);
  EXPECT_EQ(params.at("data").at("n").to_number<std::size_t>(), Outbox::kMaxEvents + 10);
  outbox.add_event(event(Topic::swap), 0);
  EXPECT_EQ(lines(outbox.take(1))[0].at("params").at("topic"), "swap") << "events flow again";
}

TEST(Outbox, IsFullWhenALotWaits) {
  Outbox outbox;
  EXPECT_FALSE(outbox.is_full());
  outbox.add_reply(std::string(Outbox::kMaxBytes, 'x'));
  EXPECT_TRUE(outbox.is_full());
  outbox.add_event(event(Topic::swap), 0);
  EXPECT_EQ(outbox.take(1).size() > Outbox::kMaxBytes, true);
  EXPECT_FALSE(outbox.is_full());
}

}  // namespace
}  // namespace namrack::player
