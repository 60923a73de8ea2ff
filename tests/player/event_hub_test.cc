#include "player/event_hub.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace namrack::player {
namespace {

namespace json = boost::json;
using protocol::Topic;

TEST(EventHub, AnEventGoesToThoseWhoSubscribedToItsTopic) {
  EventHub hub;
  int woken = 0;
  Subscriber one(1, [&] { ++woken; });
  Subscriber two(2, [] {});
  hub.add(one);
  hub.add(two);
  one.subscribe({Topic::swap}, std::nullopt);
  two.subscribe({Topic::bypass}, std::nullopt);
  hub.publish(Topic::swap, 9, 480, {{"name", "a"}}, 2);
  EXPECT_EQ(woken, 1);
  EXPECT_TRUE(two.outbox().is_empty());
  const json::object params = json::parse(one.outbox().take(9)).at("params").as_object();
  EXPECT_EQ(params.at("topic"), "swap");
  EXPECT_EQ(params.at("rev").to_number<int>(), 9);
  EXPECT_EQ(params.at("frame").to_number<int>(), 480);
  EXPECT_EQ(params.at("origin").to_number<int>(), 2);
}

TEST(EventHub, NothingIsSentAfterLeavingOrUnsubscribing) {
  EventHub hub;
  Subscriber client(1, [] {});
  hub.add(client);
  client.subscribe({Topic::swap, Topic::bypass}, std::nullopt);
  client.unsubscribe(std::vector{Topic::swap});
  hub.publish(Topic::swap, 1, std::nullopt, {}, 0);
  EXPECT_TRUE(client.outbox().is_empty());
  hub.publish(Topic::bypass, 1, std::nullopt, {}, 0);
  EXPECT_FALSE(client.outbox().is_empty());
  client.outbox().take(1);
  hub.remove(client);
  hub.publish(Topic::bypass, 1, std::nullopt, {}, 0);
  EXPECT_TRUE(client.outbox().is_empty());
}

TEST(EventHub, MetersArriveAtTheSubscribersOwnRateWithTheLoudestInBetween) {
  EventHub hub;
  Subscriber client(1, [] {});
  hub.add(client);
  client.subscribe({Topic::meters}, 10.0);
  const auto publish = [&](float peak) {
    hub.publish_meters({{peak, 0.1F}, {peak / 10.0F, 0.1F}}, 0.05, 1, 1);
  };
  publish(1.0F);
  EXPECT_TRUE(client.outbox().is_empty());
  publish(0.01F);
  const json::object data = json::parse(client.outbox().take(1)).at("params").at("data").as_object();
  EXPECT_NEAR(data.at("input").at("peak_db").to_number<double>(), 0.0, 1e-6);
  EXPECT_NEAR(data.at("output").at("peak_db").to_number<double>(), -20.0, 1e-4);
  EXPECT_NEAR(data.at("input").at("rms_db").to_number<double>(), -20.0, 1e-4);
}

}  // namespace
}  // namespace namrack::player
