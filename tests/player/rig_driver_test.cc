#include "player/changes/rig_driver.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "engine/audio/paths.h"
#include "engine/model/model.h"
#include "tests/common/model_path.h"

namespace namrack::player {
namespace {

constexpr std::size_t kBlock = 64;

/// Of a change that has begun or failed.
struct Outcome {
  engine::Change::State state;
  std::optional<std::uint64_t> frame;
  std::uint32_t fade_frames;
  bool bypassed;
};

struct Driven {
  std::unique_ptr<engine::Path> path() const {
    return engine::model_path(engine::make_model_stage(*model, 48000.0), {});
  }
  bool swap(std::uint64_t at_frame = engine::Change::kNow) {
    const auto change = std::make_shared<engine::Change>();
    change->incoming = path();
    change->fade_frames = 96;
    change->at_frame = at_frame;
    return driver.submit(change);
  }
  bool bypass(engine::BypassSwitch to) {
    const auto change = std::make_shared<engine::Change>();
    change->action.bypass = to;
    return driver.submit(change);
  }
  /// The audio thread's work, and then the control thread's.
  void play(int blocks) {
    std::array<float, kBlock> in{}, out{};
    for (int i = 0; i < blocks; ++i, frame += kBlock)
      rig.process({in.data(), kBlock}, {out.data(), kBlock}, frame);
    pulse.beat();
  }

  boost::asio::io_context io;
  Pulse pulse{io};
  engine::Rig rig{48000.0};
  std::shared_ptr<const engine::Model> model = engine::Model::load(test::model_path("a1_nano"));
  std::vector<std::unique_ptr<engine::Path>> returned;
  std::vector<Outcome> outcomes;
  RigDriver driver{
      pulse,
      rig,
      {.give_back = [this](std::unique_ptr<engine::Path> path) { returned.push_back(std::move(path)); },
       .begun =
           [this](const engine::Change& change) {
             outcomes.push_back({.state = change.state,
                                 .frame = change.heard_at(),
                                 .fade_frames = change.fade_frames,
                                 .bypassed = change.bypassed});
           }}};
  std::uint64_t frame = 1000;
};

TEST(RigDriver, WithoutAudioACommandIsCarriedOutAtOnce) {
  Driven d;
  ASSERT_TRUE(d.swap());
  ASSERT_EQ(d.outcomes.size(), 1U);
  EXPECT_EQ(d.outcomes[0].state, engine::Change::State::fading);
  EXPECT_FALSE(d.outcomes[0].frame);
  EXPECT_EQ(d.returned.size(), 1U) << "what played at first";
  ASSERT_TRUE(d.swap());
  EXPECT_EQ(d.returned.size(), 2U) << "the first model";
}

TEST(RigDriver, WithAudioTheOutcomeSaysTheFrame) {
  Driven d;
  d.driver.set_running(true);
  ASSERT_TRUE(d.swap(1100));
  EXPECT_TRUE(d.outcomes.empty());
  d.play(1);
  EXPECT_TRUE(d.outcomes.empty());
  d.play(2);
  ASSERT_EQ(d.outcomes.size(), 1U);
  EXPECT_EQ(d.outcomes[0].frame, 1100U);
  EXPECT_EQ(d.outcomes[0].fade_frames, 96U);
}

TEST(RigDriver, AFrameThatHasPassedIsTooLateAndTheModelComesBack) {
  Driven d;
  d.driver.set_running(true);
  d.play(1);
  ASSERT_TRUE(d.swap(1));
  d.play(1);
  ASSERT_EQ(d.outcomes.size(), 1U);
  EXPECT_EQ(d.outcomes[0].state, engine::Change::State::too_late);
  EXPECT_EQ(d.returned.size(), 1U);
}

TEST(RigDriver, WhatIsOpenWhenTheAudioStopsIsCarriedOutThen) {
  Driven d;
  d.driver.set_running(true);
  ASSERT_TRUE(d.swap(1000000));
  ASSERT_TRUE(d.bypass(engine::BypassSwitch::on));
  d.driver.set_running(false);
  ASSERT_EQ(d.outcomes.size(), 2U);
  EXPECT_FALSE(d.outcomes[0].frame);
  EXPECT_TRUE(d.outcomes[1].bypassed);
}

TEST(RigDriver, TooManyOpenCommandsAreRefusedAndTheModelStays) {
  Driven d;
  d.driver.set_running(true);
  std::size_t accepted = 0;
  while (d.bypass(engine::BypassSwitch::toggle)) ++accepted;
  EXPECT_EQ(accepted, engine::Rig::kMaxOpen);
  const auto change = std::make_shared<engine::Change>();
  change->incoming = d.path();
  EXPECT_FALSE(d.driver.submit(change));
  EXPECT_NE(change->incoming, nullptr);
  d.play(1);
  EXPECT_EQ(d.outcomes.size(), accepted);
  EXPECT_TRUE(d.swap());
}

}  // namespace
}  // namespace namrack::player
