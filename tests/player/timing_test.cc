#include "player/changes/timing.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/player/error_of.h"

namespace namrack::player {
namespace {

using protocol::ErrorCode;

struct TimingRig {
  /// Plays one block that begins at `frame`, at this beat of the transport; negative: it stands.
  void play(std::uint32_t frame, double beat = -1.0) {
    std::vector<float> block(kBlock, 0.0F);
    const engine::TransportPosition position{
        .frame = frame, .beat = beat, .beats_per_bar = 4.0, .beats_per_minute = 120.0};
    audio.process({block.data(), kBlock}, {block.data(), kBlock}, frame,
                  {.position = beat < 0.0 ? nullptr : &position});
  }
  static constexpr std::size_t kBlock = 64;
  engine::AudioState audio{48000.0};
  Timing timing{audio};
};

TEST(Timing, WithoutAudioTimesThatCountFromNowAreNow) {
  TimingRig rig;
  EXPECT_EQ(rig.timing.current_frame(), std::nullopt);
  EXPECT_EQ(rig.timing.frame_of({.in_ms = 100.0}), std::nullopt);
  EXPECT_EQ(rig.timing.frame_of({.at_frame = 7}), 7U);
  EXPECT_EQ(error_of([&] { (void)rig.timing.frame_of({.at_bar = 3}); }), ErrorCode::jack_down);
}

TEST(Timing, MillisecondsCountFromTheFirstBlockThatCanStillBeReached) {
  TimingRig rig;
  rig.timing.set_running(true);
  EXPECT_EQ(rig.timing.frame_of({.in_ms = 100.0}), std::nullopt) << "nothing has been played yet";
  rig.play(1000);
  EXPECT_EQ(rig.timing.current_frame(), 1000U);
  EXPECT_EQ(rig.timing.frame_of({.in_ms = 100.0}), 1000U + 2 * TimingRig::kBlock + 4800U);
  EXPECT_DOUBLE_EQ(rig.timing.seconds_until(1000 + 4800), 0.1);
}

TEST(Timing, BarsAndBeatsAreTurnedIntoFramesAtTheTempoOfNow) {
  TimingRig rig;
  rig.timing.set_running(true);
  rig.play(1000, 5.0);
  EXPECT_EQ(rig.timing.frame_of({.at_bar = 3}), 1000U + 3 * 24000U);
  EXPECT_EQ(rig.timing.frame_of({.at_beat = 4.0}), 1000U + 2 * 24000U);
  EXPECT_EQ(rig.timing.frame_of({.at_beat = 1.0}), 1000U + 3 * 24000U) << "it has gone in this bar";
  EXPECT_EQ(error_of([&] { (void)rig.timing.frame_of({.at_bar = 1}); }), ErrorCode::too_late);
  EXPECT_EQ(error_of([&] { (void)rig.timing.frame_of({.at_beat = 5.5}); }), ErrorCode::params);
}

}  // namespace
}  // namespace namrack::player
