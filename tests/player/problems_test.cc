#include "player/problems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>

namespace namrack::player {
namespace {

namespace json = boost::json;
using protocol::ProblemCode;
using ::testing::MatchesRegex;

struct ProblemsTest : ::testing::Test {
  ProblemsTest() {
    hub.add(client);
    client.subscribe({protocol::Topic::problem}, std::nullopt);
  }
  ~ProblemsTest() override { hub.remove(client); }

  /// The data of the only event that waits.
  json::object event() {
    const std::string text = client.outbox().take(0);
    return json::parse(text.substr(0, text.find('\n'))).at("params").at("data").as_object();
  }

  EventHub hub;
  Subscriber client{1, [] {}};
  Problems problems{hub, [] { return std::uint64_t{7}; }};
};

TEST_F(ProblemsTest, AreListedForAsLongAsTheyLast) {
  problems.raise(ProblemCode::no_port, "system:playback_9", "there is no port system:playback_9");
  const json::array listed = problems.to_json();
  ASSERT_EQ(listed.size(), 1U);
  const json::object& problem = listed[0].as_object();
  EXPECT_EQ(problem.at("code"), "no_port");
  EXPECT_EQ(problem.at("what"), "system:playback_9");
  EXPECT_EQ(problem.at("severity"), "error");
  EXPECT_THAT(std::string(problem.at("since").as_string()), MatchesRegex("20..-..-..T..:..:..Z"));
  problems.clear(ProblemCode::no_port, "system:playback_9");
  EXPECT_TRUE(problems.to_json().empty());
}

TEST_F(ProblemsTest, AnEventTellsWhenOneBeginsAndEnds) {
  problems.raise(ProblemCode::rate, "lead", "lead is resampled");
  json::object data = event();
  EXPECT_EQ(data.at("active"), true);
  EXPECT_EQ(data.at("severity"), "warn");
  problems.clear(ProblemCode::rate, "lead");
  data = event();
  EXPECT_EQ(data.at("active"), false);
  EXPECT_EQ(data.at("message"), "lead is resampled");
}

TEST_F(ProblemsTest, OneThatLastsIsNotToldTwice) {
  problems.raise(ProblemCode::rtprio, "audio", "no priority");
  event();
  problems.raise(ProblemCode::rtprio, "audio", "no priority");
  EXPECT_TRUE(client.outbox().is_empty());
  problems.clear(ProblemCode::memlock, "memory");
  EXPECT_TRUE(client.outbox().is_empty());
}

TEST_F(ProblemsTest, SettingThoseOfACodeEndsTheOthersOfIt) {
  problems.raise(ProblemCode::missing_model, "clean", "clean.nam is gone");
  problems.raise(ProblemCode::state_unsaved, "state.json", "the disk is full");
  problems.set(ProblemCode::missing_model, {{"lead", "lead.nam is gone"}});
  EXPECT_FALSE(problems.lasts(ProblemCode::missing_model, "clean"));
  EXPECT_TRUE(problems.lasts(ProblemCode::missing_model, "lead"));
  EXPECT_TRUE(problems.lasts(ProblemCode::state_unsaved, "state.json"));
}

}  // namespace
}  // namespace namrack::player
