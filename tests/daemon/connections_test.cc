#include "daemon/jack/connections.h"

#include <gtest/gtest.h>

namespace namrack::daemon {
namespace {

using std::chrono::milliseconds;
const Connection kIn{"system:capture_1", "namrack:in"};
const Connection kOut{"namrack:out", "system:playback_1"};
const auto kStart = ConnectionMemory::Clock::time_point{} + std::chrono::hours(1);

TEST(ConnectionMemory, WantsBackWhatExistedWhenTheServerWentAway) {
  ConnectionMemory memory;
  memory.observe({kIn, kOut}, kStart);
  EXPECT_TRUE(memory.wanted().empty());
  memory.lose();
  EXPECT_EQ(memory.wanted(), (ConnectionSet{kIn, kOut}));
  memory.observe({kIn}, kStart);
  EXPECT_EQ(memory.wanted(), ConnectionSet{kOut});
}

TEST(ConnectionMemory, AServerThatTakesItsPortsDownBeforeItStopsIsSeenThrough) {
  ConnectionMemory memory;
  memory.observe({kIn, kOut}, kStart);
  memory.observe({}, kStart + milliseconds(100));
  memory.observe({}, kStart + milliseconds(900));
  memory.lose();
  EXPECT_EQ(memory.wanted(), (ConnectionSet{kIn, kOut}));
}

TEST(ConnectionMemory, ForgetsWhatHasBeenDisconnectedForAWhile) {
  ConnectionMemory memory;
  memory.observe({kIn, kOut}, kStart);
  memory.observe({kIn}, kStart);
  memory.observe({kIn}, kStart + ConnectionMemory::kGrace);
  memory.lose();
  EXPECT_EQ(memory.wanted(), ConnectionSet{kIn});
}

TEST(ConnectionMemory, AConnectionThatCameBackInTimeIsNotForgottenLater) {
  ConnectionMemory memory;
  memory.observe({kIn}, kStart);
  memory.observe({}, kStart);
  memory.observe({kIn}, kStart + milliseconds(500));
  memory.observe({}, kStart + ConnectionMemory::kGrace + milliseconds(100));
  EXPECT_EQ(memory.remembered(), ConnectionSet{kIn});
}

TEST(ConnectionMemory, KeepsWantingAnEndThatAppearsMuchLater) {
  ConnectionMemory memory;
  memory.want(kIn);
  memory.observe({}, kStart);
  memory.observe({}, kStart + 100 * ConnectionMemory::kGrace);
  EXPECT_EQ(memory.wanted(), ConnectionSet{kIn});
}

}  // namespace
}  // namespace namrack::daemon
