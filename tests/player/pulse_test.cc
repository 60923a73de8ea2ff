#include "player/pulse.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <stdexcept>
#include <vector>

#include "player/bell.h"

namespace namrack::player {
namespace {

using std::chrono::milliseconds;

struct PulseRig {
  void run_for(milliseconds time) {
    io.restart();
    io.run_for(time);
  }
  template <typename Condition>
  bool comes_true(Condition condition) {
    for (int i = 0; i < 5000 && !condition(); ++i) run_for(milliseconds(2));
    return condition();
  }

  boost::asio::io_context io;
  Pulse pulse{io};
};

TEST(Pulse, ThoseInNoHurryLookTogetherWheneverTheyCame) {
  PulseRig rig;
  rig.pulse.start();
  int looks = 0, together = 0;
  bool is_same_beat = false;
  const Pulse::Listener early(rig.pulse, [&] {
    is_same_beat = true;
    boost::asio::post(rig.io, [&] { is_same_beat = false; });
    return Pulse::kSlow;
  });
  rig.run_for(milliseconds(17));
  const Pulse::Listener late(rig.pulse, [&] {
    ++looks;
    together += is_same_beat ? 1 : 0;
    return Pulse::kSlow;
  });
  ASSERT_TRUE(rig.comes_true([&] { return looks == 10; }));
  EXPECT_EQ(together, looks);
}

TEST(Pulse, AListenerInAHurryDoesNotWaitForTheNextSlowBeat) {
  PulseRig rig;
  rig.pulse.start();
  int looks = 0;
  Pulse::Listener listener(
      rig.pulse,
      [&] {
        ++looks;
        return std::chrono::hours(1);
      },
      std::chrono::hours(1));
  rig.run_for(milliseconds(100));
  EXPECT_EQ(looks, 0);
  listener.hurry();
  EXPECT_TRUE(rig.comes_true([&] { return looks == 1; }));
}

TEST(Pulse, ALookThatFailsIsFollowedByTheNext) {
  PulseRig rig;
  int looks = 0;
  const Pulse::Listener failing(rig.pulse, []() -> Pulse::Period { throw std::runtime_error("no"); });
  const Pulse::Listener listener(rig.pulse, [&] {
    ++looks;
    return Pulse::kFast;
  });
  rig.pulse.beat();
  rig.pulse.beat();
  EXPECT_EQ(looks, 2);
}

boost::asio::awaitable<void> wait_for_beat(Pulse& pulse, bool& is_over) {
  co_await pulse.wait(std::chrono::hours(1));
  is_over = true;
}

TEST(Pulse, AHostThatBeatsByHandEndsAWait) {
  PulseRig rig;
  bool is_over = false;
  boost::asio::co_spawn(rig.io, wait_for_beat(rig.pulse, is_over), boost::asio::detached);
  rig.run_for(milliseconds(5));
  EXPECT_FALSE(is_over);
  rig.pulse.beat();
  EXPECT_TRUE(rig.comes_true([&] { return is_over; }));
}

boost::asio::awaitable<void> wait_for_ring(Bell& bell, Bell::Clock::time_point deadline, int& rung) {
  co_await bell.wait(deadline);
  ++rung;
}

TEST(Bell, ARingEndsTheWaitOfAllAndADeadlineThatOfOne) {
  PulseRig rig;
  Bell bell;
  int rung = 0;
  const auto wait_until = [&](Bell::Clock::time_point deadline) {
    boost::asio::co_spawn(rig.io, wait_for_ring(bell, deadline, rung), boost::asio::detached);
  };
  wait_until(Bell::Clock::time_point::max());
  wait_until(Bell::Clock::now() + std::chrono::hours(1));
  wait_until(Bell::Clock::now());
  EXPECT_TRUE(rig.comes_true([&] { return rung == 1; }));
  bell.ring();
  EXPECT_TRUE(rig.comes_true([&] { return rung == 3; }));
  bell.ring();
}

}  // namespace
}  // namespace namrack::player
