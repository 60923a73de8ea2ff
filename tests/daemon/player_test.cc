#include "daemon/player.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/daemon/player_rig.h"

namespace namrack::daemon {
namespace {

// Frames of the mute at 48 kHz.
constexpr auto kFade = static_cast<std::size_t>(double{engine::Rack::kMuteSeconds} * 48000.0);
constexpr float kStep = 1.0F / static_cast<float>(kFade);

void expect_fade_in(const std::vector<float>& heard) {
  ASSERT_GT(heard.size(), kFade);
  float before = 0.0F;
  for (std::size_t i = 0; i < kFade; ++i) {
    ASSERT_NEAR(heard[i] - before, kStep, 0.01F * kStep) << "frame " << i;
    before = heard[i];
  }
  EXPECT_EQ(heard[kFade], 1.0F);
}

TEST(Player, EveryConnectionFadesIn) {
  PlayerRig rig;
  for (int connection = 0; connection < 3; ++connection) {
    rig.player.set_running(true);
    expect_fade_in(rig.play(2 * kFade));
    rig.player.set_running(false);
  }
}

TEST(Player, AConnectionThatIsLostInTheMiddleOfAFadeLeavesTheNextOneMuted) {
  PlayerRig rig;
  rig.player.set_running(true);
  rig.play(kFade / 2);
  rig.player.set_running(false);
  rig.player.set_running(true);
  expect_fade_in(rig.play(2 * kFade));
  // The same for the fade at the end, which the application asks for before it closes the connection.
  rig.audio.rack.params().muted = true;
  const std::vector<float> heard = rig.play(kFade / 2);
  EXPECT_TRUE(std::is_sorted(heard.rbegin(), heard.rend())) << "it does not fade out";
  EXPECT_NEAR(heard.back(), 0.5F, kStep);
  rig.player.set_running(false);
  rig.player.set_running(true);
  expect_fade_in(rig.play(2 * kFade));
}

TEST(Player, AConnectionEndsInSilenceAndWithoutAStep) {
  PlayerRig rig;
  rig.player.set_running(true);
  rig.play(2 * kFade);
  rig.audio.rack.params().muted = true;
  const std::vector<float> heard = rig.play(2 * kFade);
  EXPECT_NEAR(heard.front(), 1.0F, 1.01F * kStep);
  EXPECT_TRUE(std::is_sorted(heard.rbegin(), heard.rend()));
  EXPECT_EQ(heard[kFade], 0.0F);
  EXPECT_TRUE(rig.audio.rack.is_silent());
}

}  // namespace
}  // namespace namrack::daemon
