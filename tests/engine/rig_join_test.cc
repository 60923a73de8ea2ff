// A model that is swapped in while the rig plays must sound as if it had always been running.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/rig_harness.h"

namespace namrack::engine {
namespace {

using testing::path_of;
using testing::Player;

/// A guitar-like signal that differs at every place.
std::vector<float> music(std::size_t frames) {
  const std::vector<float> once = testing::stimulus();
  std::vector<float> x(frames);
  for (std::size_t t = 0; t < frames; ++t)
    x[t] = 0.7F * once[t % once.size()] +
           0.1F * std::sin(0.000021F * static_cast<float>(t) * static_cast<float>(t % 9973));
  return x;
}

struct Scene {
  LevelMode level_mode = LevelMode::raw;
  float input_db = 0.0F;
  double rate = 48000.0;
};

SettingChanges changes_of(const Scene& scene) {
  return {{Setting::input_db, scene.input_db}, {Setting::level_mode, scene.level_mode}};
}

void set_up(Player& player, const Scene& scene) {
  player.start_with(changes_of(scene));
}

/// What a rig puts out that has played `name` from its first frame.
std::vector<float> played_from_the_start(const std::string& name, const std::vector<float>& in,
                                         const Scene& scene) {
  Player player(scene.rate);
  set_up(player, scene);
  player.swap(path_of(name, scene.rate), 0);
  return player.play(in);
}

std::unique_ptr<Path> listening(const Player& player, const std::string& name, double rate = 48000.0) {
  auto model = path_of(name, rate);
  model->begin_to_listen(player.rig.recent_input(), model->whole_memory_frames());
  return model;
}

/// Lets it hear all there is but `lag` frames.
void catch_up(const Player& player, Path& path, std::size_t lag, const Scene& scene) {
  const RecentInput& input = player.rig.recent_input();
  path.apply(changes_of(scene).applied_to(Settings()));
  path.end_ramps();
  path.listen(input, path.lag(input) - lag);
}

/// Largest difference from frame `begin` on, over the peak.
double difference(const std::vector<float>& a, const std::vector<float>& b, std::size_t begin) {
  double largest = 0.0;
  double peak = 0.0;
  for (std::size_t t = begin; t < a.size(); ++t) {
    largest = std::fmax(largest, std::fabs(static_cast<double>(a[t]) - static_cast<double>(b[t])));
    peak = std::fmax(peak, std::fabs(static_cast<double>(b[t])));
  }
  return largest / peak;
}

/// Plays `from`, swaps without a fade to `to` after `before` frames, and returns what differs from a rig
/// that has played `to` all the time, relative to its peak.
double difference_after_joining(const std::string& from, const std::string& to, const Scene& scene,
                                std::size_t block, std::size_t before) {
  const std::vector<float> in = music(before + 20000);
  Player player(scene.rate);
  set_up(player, scene);
  player.swap(path_of(from, scene.rate), 0);
  std::vector<float> heard =
      player.play({in.begin(), in.begin() + static_cast<std::ptrdiff_t>(before)}, block);
  player.reports();
  auto model = listening(player, to, scene.rate);
  catch_up(player, *model, std::min<std::size_t>(700, before), scene);
  player.swap(std::move(model), 0);
  const std::uint64_t begin = player.now - before;
  const auto rest = player.play({in.begin() + static_cast<std::ptrdiff_t>(before), in.end()}, block);
  heard.insert(heard.end(), rest.begin(), rest.end());
  const auto reports = player.reports();
  EXPECT_FALSE(reports.empty());
  if (reports.empty()) return 1.0;
  EXPECT_TRUE(reports[0].change->has_begun());
  EXPECT_EQ(reports[0].change->skipped_frames, 0U);
  EXPECT_LT(reports[0].frame - begin, before + 1400 + 3 * block) << "it took too long to catch up";
  return difference(heard, played_from_the_start(to, in, scene), reports[0].frame - begin);
}

TEST(RigJoin, AWavenetSoundsBitForBitAsIfItHadAlwaysBeenRunning) {
  for (const char* to : {"a1_nano", "a1_standard", "a2_full"})
    for (const std::size_t block : {32, 1000})
      EXPECT_EQ(difference_after_joining("lstm_1x8", to, {}, block, 40000), 0.0) << to << " block " << block;
}

TEST(RigJoin, SoDoesAConvolutionAndAConvnet) {
  for (const char* to : {"linear_1500", "convnet_batchnorm"})
    EXPECT_LT(difference_after_joining("a1_nano", to, {}, 64, 40000), 1e-6) << to;
}

TEST(RigJoin, AnLstmDoesWithinItsSettling) {
  for (const char* to : {"lstm_1x16", "lstm_2x8"})
    EXPECT_LT(difference_after_joining("a1_nano", to, {}, 64, 60000), 1e-5) << to;
}

TEST(RigJoin, EarlyInARigSLifeAnLstmDoesExactly) {
  EXPECT_EQ(difference_after_joining("a1_nano", "lstm_1x16", {}, 64, 5000), 0.0);
}

TEST(RigJoin, GainsAndTheDcBlockerBelongToItsPast) {
  const Scene normalized{.level_mode = LevelMode::normalized, .input_db = 9.0F};
  EXPECT_LT(difference_after_joining("a1_pico", "a1_nano_metadata", normalized, 64, 60000), 1e-5);
  const Scene calibrated{.level_mode = LevelMode::calibrated};
  EXPECT_LT(difference_after_joining("a1_pico", "a1_nano_metadata", calibrated, 64, 60000), 1e-5);
}

TEST(RigJoin, ResamplingIsInStepWithTheWholeStream) {
  EXPECT_LT(difference_after_joining("a1_pico", "a1_nano_44100", {}, 64, 60001), 1e-5);
  EXPECT_LT(difference_after_joining("a1_pico", "a1_nano", {.rate = 44100.0}, 64, 60001), 1e-5);
}

TEST(RigJoin, ThroughTheCrossfadeBothModelsAreTheOnesThatHadAlwaysBeenRunning) {
  const std::vector<float> in = music(40000);
  Player joined;
  Player always;
  joined.swap(path_of("a1_feather"), 0);
  always.swap(path_of("a1_feather"), 0);
  const std::vector<float> first(in.begin(), in.begin() + 30016);
  const std::vector<float> second(in.begin() + 30016, in.end());
  joined.play(first);
  always.play(first);
  auto model = listening(joined, "a1_nano");
  catch_up(joined, *model, 0, {});
  joined.swap(std::move(model), 960);
  auto other = path_of("a1_nano");
  other->apply(SettingChanges{{Setting::level_mode, LevelMode::raw}}.applied_to(Settings()));
  other->end_ramps();
  std::vector<float> ignored = first;
  for (std::size_t t = 0; t < first.size(); t += 64) other->process({ignored.data() + t, 64});
  always.swap(std::move(other), 960);
  EXPECT_EQ(joined.play(second), always.play(second));
}

TEST(RigJoin, AtAFrameItBeginsThereWhateverItHasMissed) {
  const std::vector<float> in = music(60000);
  for (const std::uint64_t ahead : {300U, 4000U}) {
    Player player;
    player.swap(path_of("a1_feather"), 0);
    player.play(in);
    player.reports();
    auto model = listening(player, "a1_nano");
    catch_up(player, *model, 1000, {});
    const std::uint64_t frame = player.now + ahead;
    player.swap(std::move(model), 480, frame);
    player.play(music(6000));
    const auto reports = player.reports();
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_EQ(reports[0].frame, frame);
    // It has heard half as much again as it was given: of the lag of 1000 frames, half of those until
    // `frame`.
    const double expected = ahead == 300 ? 1000.0 - 300.0 / 2.0 : 0.0;
    EXPECT_NEAR(reports[0].change->skipped_frames, expected, 64.0);
  }
}

/// A rig that has played, and a model that lacks `lag` frames of it.
struct Lagging {
  explicit Lagging(std::size_t lag) {
    player.swap(path_of("a1_feather"), 0);
    player.play(music(60000));
    player.reports();
    model = listening(player, "lstm_1x8");
    catch_up(player, *model, lag, {});
  }
  Player player;
  std::unique_ptr<Path> model;
};

TEST(RigJoin, OneThatDoesNotCatchUpInTimeIsFadedInAllTheSameAndSaysWhatItSkipped) {
  constexpr std::size_t kLag = 20000;
  Lagging scene(kLag);
  const std::uint64_t asked = scene.player.now;
  scene.player.swap(std::move(scene.model), 480);
  scene.player.play(music(48000));
  const auto reports = scene.player.reports();
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_TRUE(reports[0].change->has_begun());
  const double waited = Chain::kMostWaitSeconds * 48000.0;
  EXPECT_NEAR(static_cast<double>(reports[0].frame - asked), waited, 64.0);
  EXPECT_NEAR(reports[0].change->skipped_frames, kLag - waited / 2.0, 64.0);
}

TEST(RigJoin, OneThatMustNotCatchUpOnTheAudioThreadDoesNotWait) {
  for (const std::uint64_t ahead : {0U, 3000U}) {
    constexpr std::size_t kLag = 5000;
    Lagging scene(kLag);
    const std::uint64_t asked = scene.player.now;
    scene.player.ask({.incoming = std::move(scene.model),
                      .fade_frames = 480,
                      .catches_up = false,
                      .at_frame = ahead == 0 ? Change::kNow : asked + ahead});
    scene.player.play(music(9600));
    const auto reports = scene.player.reports();
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_EQ(reports[0].frame, asked + ahead);
    EXPECT_EQ(reports[0].change->skipped_frames, kLag + ahead);
  }
}

TEST(RigJoin, OneThatHasHeardNothingBeginsAsAfterASilenceWithoutAJumpInItsInput) {
  const std::vector<float> in(9600, 0.5F);
  Player player;
  player.play(in);
  auto model = testing::path_of(*Model::parse(
      R"({"version":"0.5.0","architecture":"Linear","config":{"receptive_field":1,"bias":false},"weights":[1]})",
      "linear"));
  model->hear_nothing(player.rig.recent_input(), 7000);
  player.ask({.incoming = std::move(model), .catches_up = false});
  const std::vector<float> heard = player.play(in);
  EXPECT_LT(heard.front(), 0.01F);
  for (std::size_t t = 1; t < heard.size(); ++t) ASSERT_LT(std::fabs(heard[t] - heard[t - 1]), 0.01F) << t;
  EXPECT_EQ(heard[Path::kSeamFrames], 0.5F);
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].change->skipped_frames, 7000U);
}

TEST(RigJoin, OfTwoModelsThatHaveToCatchUpTheNewerOneWins) {
  Player player;
  player.play(music(30000));
  auto first = listening(player, "a1_nano");
  auto second = listening(player, "a1_pico");
  catch_up(player, *first, 5000, {});
  catch_up(player, *second, 300, {});
  const Change* const older = player.swap(std::move(first), 480);
  player.play(music(640));
  const Change* const newer = player.swap(std::move(second), 480);
  player.play(music(3000));
  const auto reports = player.reports();
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_EQ(reports[0].state, Change::State::superseded);
  EXPECT_EQ(reports[0].change, older);
  EXPECT_NE(older->incoming, nullptr);
  EXPECT_TRUE(reports[1].change->has_begun());
  EXPECT_EQ(reports[1].change, newer);
  EXPECT_TRUE(reports[2].has_ended);
}

TEST(RigJoin, ASwapThatComesDuringALongFadeHurriesItWithoutAStep) {
  Player player;
  const std::vector<float> in(96000, 0.5F);  // so that a step would show
  player.play({in.begin(), in.begin() + 4800});
  player.swap(path_of("a1_nano"), 48000);
  const std::vector<float> before = player.play({in.begin(), in.begin() + 9600});
  const Change* const swap = player.swap(nullptr, 480);
  const std::uint64_t asked = player.now;
  std::vector<float> heard = player.play(in);
  player.reports();
  ASSERT_TRUE(swap->has_begun());
  EXPECT_NEAR(static_cast<double>(swap->frame - asked), 960, 2);
  heard.insert(heard.begin(), before.back());
  for (std::size_t t = 1; t < heard.size(); ++t) ASSERT_LT(std::fabs(heard[t] - heard[t - 1]), 0.01F) << t;
}

TEST(RigJoin, WhatWasOverwrittenCountsAsSilence) {
  Player player;
  const std::vector<float> in = music(1000);
  player.play(in);
  auto model = listening(player, "a1_nano");
  for (std::size_t played = 0; played < RecentInput::kFrames + 2000; played += in.size()) player.play(in);
  model->listen(player.rig.recent_input(), RecentInput::kFrames * 2);
  EXPECT_EQ(model->lag(player.rig.recent_input()), 0U);
  std::vector<float> out(in.begin(), in.begin() + 64);
  model->process({out.data(), out.size()});
  for (const float y : out) EXPECT_TRUE(std::isfinite(y));
}

}  // namespace
}  // namespace namrack::engine
