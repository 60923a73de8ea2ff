#include "player/rig_driver.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "engine/model/model.h"
#include "tests/common/model_path.h"

namespace namrack::player {
namespace {

constexpr std::size_t kBlock = 64;

struct Driven {
  std::unique_ptr<engine::RigModel> instance() const {
    return std::make_unique<engine::RigModel>(model, 48000.0);
  }
  bool swap(std::uint64_t at_frame = engine::Rig::kNow) {
    engine::RigChange change{.swap = engine::RigChange::Swap{.model = instance(), .fade_frames = 96},
                             .at_frame = at_frame};
    return driver.change(change, [this](const Outcome& outcome) { outcomes.push_back(outcome); }).has_value();
  }
  bool bypass(engine::BypassSwitch to, RigDriver::Completion completion = [](const Outcome&) {}) {
    engine::RigChange change{.bypass = to};
    return driver.change(change, std::move(completion)).has_value();
  }
  /// The audio thread's work, and then the control thread's.
  void play(int blocks) {
    std::array<float, kBlock> in{}, out{};
    for (int i = 0; i < blocks; ++i, frame += kBlock) rig.process(in.data(), out.data(), kBlock, frame);
    pulse.beat();
  }

  boost::asio::io_context io;
  Pulse pulse{io};
  engine::Rig rig{48000.0};
  std::shared_ptr<const engine::Model> model = engine::Model::load(test::model_path("a1_nano"));
  std::vector<std::unique_ptr<engine::RigModel>> returned;
  std::vector<Outcome> outcomes;
  RigDriver driver{pulse, rig, {.give_back = [this](std::unique_ptr<engine::RigModel> m) {
                     returned.push_back(std::move(m));
                   }}};
  std::uint64_t frame = 1000;
};

TEST(RigDriver, WithoutAudioACommandIsCarriedOutAtOnce) {
  Driven d;
  ASSERT_TRUE(d.swap());
  ASSERT_EQ(d.outcomes.size(), 1U);
  EXPECT_EQ(d.outcomes[0].kind, Outcome::Kind::applied);
  EXPECT_FALSE(d.outcomes[0].frame);
  ASSERT_TRUE(d.swap());
  EXPECT_EQ(d.returned.size(), 1U) << "the first model comes back";
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
  EXPECT_EQ(d.outcomes[0].kind, Outcome::Kind::too_late);
  EXPECT_EQ(d.returned.size(), 1U);
}

TEST(RigDriver, WhatIsOpenWhenTheAudioStopsIsCarriedOutThen) {
  Driven d;
  d.driver.set_running(true);
  ASSERT_TRUE(d.swap(1000000));
  bool bypassed = false;
  ASSERT_TRUE(d.bypass(engine::BypassSwitch::on, [&](const Outcome& o) { bypassed = o.bypassed; }));
  d.driver.set_running(false);
  ASSERT_EQ(d.outcomes.size(), 1U);
  EXPECT_FALSE(d.outcomes[0].frame);
  EXPECT_TRUE(bypassed);
}

TEST(RigDriver, TooManyOpenCommandsAreRefusedAndTheModelStays) {
  Driven d;
  d.driver.set_running(true);
  std::size_t accepted = 0;
  while (d.bypass(engine::BypassSwitch::toggle)) ++accepted;
  EXPECT_EQ(accepted, engine::Rig::kMaxOpen);
  engine::RigChange change{.swap = engine::RigChange::Swap{.model = d.instance()}};
  EXPECT_FALSE(d.driver.change(change, [](const Outcome&) { FAIL(); }));
  EXPECT_NE(change.swap->model, nullptr);
  d.play(1);
  EXPECT_TRUE(d.swap());
}

}  // namespace
}  // namespace namrack::player
