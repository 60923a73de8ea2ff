#include "daemon/notifier.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>

namespace namrack::daemon {
namespace {

TEST(Notifier, TheWatchdogWantsASignOfLifeEveryHalfOfItsTime) {
  EXPECT_FALSE(Notifier::watchdog_interval());
  ::setenv("WATCHDOG_USEC", "3000000", 1);
  EXPECT_EQ(Notifier::watchdog_interval(), std::chrono::milliseconds(1500));
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  EXPECT_EQ(Notifier::watchdog_interval(), std::chrono::milliseconds(1500));
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_FALSE(Notifier::watchdog_interval()) << "it is another process that is watched";
  ::unsetenv("WATCHDOG_PID");
  ::unsetenv("WATCHDOG_USEC");
}

}  // namespace
}  // namespace namrack::daemon
