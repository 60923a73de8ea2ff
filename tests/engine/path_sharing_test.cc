// What two paths share from their beginning runs once and keeps its state while one takes the other's place.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/rig_harness.h"

namespace namrack::engine {
namespace {

using testing::Player;
using testing::tone;

constexpr double kRate = 48000.0;

/// y = x / 2 + y' / 2: remembers a few frames exactly as long as floats do.
class Smoother final : public Stage {
 public:
  explicit Smoother(std::size_t& frames) : frames_(frames) {}
  bool process(const Block& block, const ConstBlock&) noexcept override {
    for (float& sample : block.channel(0)) sample = y_ = 0.5F * sample + 0.5F * y_;
    frames_ += block.frames();
    return true;
  }
  void reset() noexcept override { y_ = 0.0F; }
  std::size_t memory_frames() const noexcept override { return 200; }

 private:
  std::size_t& frames_;
  float y_ = 0.0F;
};

/// Multiplies, but counts as a stage that remembers.
class Scaler final : public Stage {
 public:
  explicit Scaler(float factor) : factor_(factor) {}
  bool process(const Block& block, const ConstBlock&) noexcept override {
    for (float& sample : block.channel(0)) sample *= factor_;
    return true;
  }

 private:
  float factor_;
};

/// Smoother, scaler; the smoother's identity is `identity`, and `frames` counts what passes it.
std::unique_ptr<Path> smooth_path(std::uint64_t identity, float factor, std::size_t& frames) {
  Path::Stages stages;
  stages.push_back(std::make_unique<Smoother>(frames));
  stages.back()->set_identity(identity);
  stages.push_back(std::make_unique<Scaler>(factor));
  return std::make_unique<Path>(kRate, std::move(stages));
}

std::vector<float> smoothed(const std::vector<float>& in) {
  std::vector<float> out;
  float y = 0.0F;
  for (const float x : in) out.push_back(y = 0.5F * x + 0.5F * y);
  return out;
}

struct Sharing {
  explicit Sharing(std::uint64_t of_second) : second_identity(of_second) {
    player.swap(smooth_path(7, 1.0F, first_frames), 0);
    player.play(part(0, 9600));
    first_frames = 0;
  }
  std::vector<float> part(std::size_t begin, std::size_t end) const {
    return {in.begin() + static_cast<std::ptrdiff_t>(begin), in.begin() + static_cast<std::ptrdiff_t>(end)};
  }
  /// From frame 9600 on, with a swap there to the same but half as loud.
  std::vector<float> play_swap(FadeKind kind, std::uint32_t fade_frames) {
    player.ask({.incoming = smooth_path(second_identity, 0.5F, second_frames),
                .fade_kind = kind,
                .fade_frames = fade_frames});
    return player.play(part(9600, 19200));
  }

  std::uint64_t second_identity;
  Player player;
  std::vector<float> in = tone(19200);
  std::size_t first_frames = 0, second_frames = 0;
};

TEST(PathSharing, WhatIsTheSameRunsOnceAndGoesOnBitForBit) {
  for (const FadeKind kind : {FadeKind::crossfade, FadeKind::through_zero}) {
    for (const std::uint32_t fade : {0U, 480U, 4800U}) {
      Sharing sharing(7);
      const std::vector<float> heard = sharing.play_swap(kind, fade);
      EXPECT_EQ(sharing.first_frames, heard.size()) << "the one that played goes on";
      EXPECT_EQ(sharing.second_frames, 0U);
      const std::vector<float> expected = smoothed(sharing.in);
      for (std::size_t t = fade; t < heard.size(); ++t)
        ASSERT_EQ(heard[t], 0.5F * expected[9600 + t]) << "fade " << fade << ", frame " << t;
    }
  }
}

TEST(PathSharing, TheOutgoingPathHearsItsKeyUntilTheFadeEnds) {
  /// Leaves the sound as it is, and notes its key.
  class Listener final : public Stage {
   public:
    explicit Listener(std::vector<float>& heard) : heard_(heard) {}
    bool process(const Block&, const ConstBlock& key) noexcept override {
      heard_.insert(heard_.end(), key.channel(0).begin(), key.channel(0).end());
      return true;
    }
    bool hears_key() const noexcept override { return true; }

   private:
    std::vector<float>& heard_;
  };
  std::size_t passed = 0;
  std::vector<float> heard;
  const auto path = [&](bool with_listener) {
    Path::Stages stages;
    stages.push_back(std::make_unique<Smoother>(passed));
    stages.back()->set_identity(7);
    if (with_listener) stages.push_back(std::make_unique<Listener>(heard));
    return std::make_unique<Path>(kRate, std::move(stages));
  };
  Player player;
  player.swap(path(true), 0);
  player.play(tone(640));
  player.swap(path(false), 960);
  heard.clear();
  const std::vector<float> in = tone(960);
  player.play(in);
  EXPECT_EQ(heard, in);
}

TEST(PathSharing, TheOutgoingPathComesBackWithTheStageThatNeverPlayed) {
  Sharing sharing(7);
  sharing.play_swap(FadeKind::crossfade, 480);
  const auto reports = sharing.player.reports();
  const Path& outgoing = *reports.back().change->outgoing;
  ASSERT_EQ(outgoing.stages().size(), 2U);
  std::vector<float> out(64, 1.0F);
  outgoing.stages()[0]->process({out.data(), out.size()}, {out.data(), out.size()});
  EXPECT_EQ(sharing.second_frames, 64U);
  EXPECT_EQ(out[0], 0.5F) << "it has no past";
}

TEST(PathSharing, WhatIsAnotherRunsBesideItAndBeginsAnew) {
  for (const std::uint64_t other : {0U, 8U}) {
    Sharing sharing(other);
    const std::vector<float> heard = sharing.play_swap(FadeKind::crossfade, 480);
    EXPECT_EQ(sharing.first_frames, 480U);
    EXPECT_EQ(sharing.second_frames, heard.size());
  }
}

TEST(PathSharing, WithoutAnIdentityNothingIsShared) {
  std::size_t ignored = 0;
  auto first = smooth_path(0, 1.0F, ignored);
  auto second = smooth_path(0, 1.0F, ignored);
  const RecentInput input;
  EXPECT_EQ(second->go_live(input, *first), 0U);
}

// The shared stage has heard everything; what stands behind it has not, and must not be given a jump.
TEST(PathSharing, WhatThePathHasMissedIsFadedInBehindTheSharedStages) {
  for (const std::size_t lag : {std::size_t{40}, std::size_t{5000}}) {
    Sharing sharing(7);
    auto incoming = smooth_path(7, 1.0F, sharing.second_frames);
    const RecentInput& input = sharing.player.rig.recent_input();
    incoming->begin_to_listen(input, incoming->whole_memory_frames());
    incoming->listen(input, 1000);
    ASSERT_EQ(incoming->lag(input), 0U);
    sharing.player.play(sharing.part(9600, 9600 + lag));
    sharing.player.ask({.incoming = std::move(incoming), .catches_up = false});
    const std::vector<float> heard = sharing.player.play(sharing.part(9600 + lag, 19200));
    const std::vector<float> expected = smoothed(sharing.in);
    for (std::size_t t = Path::kSeamFrames; t < heard.size(); ++t)
      ASSERT_EQ(heard[t], expected[9600 + lag + t]) << "lag " << lag << ", frame " << t;
    EXPECT_NEAR(heard[0], expected[9600], 1e-3F) << "it goes on where it had ended";
    for (std::size_t t = 1; t < heard.size(); ++t) ASSERT_LT(std::fabs(heard[t] - heard[t - 1]), 0.02F) << t;
  }
}

}  // namespace
}  // namespace namrack::engine
