#include "player/log_limiter.h"

#include <gtest/gtest.h>

namespace namrack::player {
namespace {

TEST(LogLimiter, HoldsBackWhatComesTooOftenAndCountsIt) {
  LogLimiter limiter(2, 1.0);
  EXPECT_TRUE(limiter.admit(0.0));
  EXPECT_TRUE(limiter.admit(0.1));
  EXPECT_FALSE(limiter.admit(0.2));
  EXPECT_FALSE(limiter.admit(0.9));
  EXPECT_TRUE(limiter.admit(1.1));
  EXPECT_EQ(limiter.take_held_back(), 2U);
  EXPECT_EQ(limiter.take_held_back(), 0U);
}

}  // namespace
}  // namespace namrack::player
