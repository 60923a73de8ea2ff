#include "cli/remote/reply_time.h"

#include <gtest/gtest.h>

#include <limits>

namespace namrack::cli {
namespace {

TEST(ReplyTime, IsCountedFromTheTimeAtWhichTheChangeIsToHappen) {
  EXPECT_EQ(seconds_to_wait({}, {}), 30.0);
  EXPECT_EQ(seconds_to_wait({}, {{"in_ms", 90000}}), 120.0);
  EXPECT_EQ(seconds_to_wait({}, {{"in_ms", 500.0}}), 30.5);
}

TEST(ReplyTime, IsCountedFromTheTimeUntilWhichTheDaemonWaitsForAMessage) {
  EXPECT_EQ(seconds_to_wait({}, {{"action", "bypass"}, {"timeout_ms", 600000}}), 630.0);
  EXPECT_EQ(seconds_to_wait({}, {{"timeout_ms", 1e300}}), 30.0);
  EXPECT_EQ(seconds_to_wait({}, {{"timeout_ms", "long"}}), 30.0);
}

TEST(ReplyTime, HasNoEndWhereNobodyKnowsHowLongItTakes) {
  for (const char* const key : {"at_frame", "at_bar", "at_beat"}) {
    EXPECT_EQ(seconds_to_wait({}, {{key, 3}}), std::nullopt) << key;
  }
}

TEST(ReplyTime, IsWhatTheOptionSays) {
  GlobalOptions options;
  options.timeout_s = 2.0;
  EXPECT_EQ(seconds_to_wait(options, {}), 2.0);
  EXPECT_EQ(seconds_to_wait(options, {{"in_ms", 90000}}), 2.0);
  EXPECT_EQ(seconds_to_wait(options, {{"at_bar", 3}}), 2.0);
}

TEST(ReplyTime, IgnoresTimesThatTheDaemonRefuses) {
  EXPECT_EQ(seconds_to_wait({}, {{"in_ms", -5000}}), 30.0);
  EXPECT_EQ(seconds_to_wait({}, {{"in_ms", 1e300}}), 30.0);
  EXPECT_EQ(seconds_to_wait({}, {{"in_ms", std::numeric_limits<double>::quiet_NaN()}}), 30.0);
  EXPECT_EQ(seconds_to_wait({}, {{"in_ms", "soon"}}), 30.0);
}

}  // namespace
}  // namespace namrack::cli
