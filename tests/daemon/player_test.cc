#include "daemon/player.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "protocol/setting_table.h"
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

TEST(Player, EveryLevelModeAndDcBlockerReachesTheRack) {
  PlayerRig rig;
  const engine::RackParams& params = rig.audio.rack.params();
  const auto set = [&](const boost::json::object& changes) {
    protocol::SetRequest request;
    request.changes = protocol::setting_changes_from_json(changes);
    rig.player.set(request, 0);
  };
  const std::map<std::string_view, engine::LevelMode> modes{{"raw", engine::LevelMode::raw},
                                                            {"normalized", engine::LevelMode::normalized},
                                                            {"calibrated", engine::LevelMode::calibrated}};
  for (const std::string_view name : protocol::kLevelModes) {
    set({{"level_mode", name}});
    EXPECT_EQ(params.level_mode, modes.at(name)) << name;
  }
  const std::map<std::string_view, engine::DcBlock> blockers{
      {"auto", engine::DcBlock::automatic}, {"on", engine::DcBlock::on}, {"off", engine::DcBlock::off}};
  for (const std::string_view name : protocol::kDcBlockers) {
    set({{"dc_blocker", name}});
    EXPECT_EQ(params.dc_blocker, blockers.at(name)) << name;
  }
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
