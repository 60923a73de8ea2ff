// Swaps between all kinds of models while a note sounds: no step, no dip, nothing lost.

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "tests/engine/rig_harness.h"

namespace namrack::engine {
namespace {

using testing::Player;

constexpr std::size_t kBefore = 24000;
constexpr std::size_t kAfter = 14400;
constexpr std::size_t kPeriod = 436;  // frames: 110 Hz
constexpr double kTwoPi = 6.283185307179586;

// A note with overtones, of constant level.
std::vector<float> note(std::size_t frames) {
  std::vector<float> x(frames);
  for (std::size_t t = 0; t < frames; ++t) {
    const double phase = kTwoPi * static_cast<double>(t) / static_cast<double>(kPeriod);
    x[t] = static_cast<float>(0.2 * std::sin(phase) + 0.1 * std::sin(2.0 * phase + 1.0) +
                              0.05 * std::sin(5.0 * phase));
  }
  return x;
}

std::vector<std::string> models() {
  const std::string fixtures = NAMRACK_FIXTURES "/models/";
  return {fixtures + "overdrive_nano.nam",      fixtures + "overdrive_lstm.nam",
          fixtures + "random/a1_feather.nam",   fixtures + "random/a2_lite.nam",
          fixtures + "random/lstm_2x8.nam",     fixtures + "random/convnet.nam",
          fixtures + "random/a1_nano_44100.nam"};
}

struct Always {
  std::shared_ptr<const Model> model;
  std::vector<float> heard;  // had it always been running
};

Always always_running(const std::string& path) {
  Always always{Model::load(path), {}};
  Player player;
  player.start_with({{Setting::level_mode, LevelMode::normalized}});
  player.rig.apply_idle();
  player.swap(testing::path_of(*always.model), 0);
  always.heard = player.play(note(kBefore + kAfter));
  return always;
}

float largest_step(const std::vector<float>& x, std::size_t from, std::size_t to) {
  float largest = 0.0F;
  for (std::size_t t = std::max<std::size_t>(from, 1); t < to; ++t)
    largest = std::fmax(largest, std::fabs(x[t] - x[t - 1]));
  return largest;
}

// A whole number of periods of the note, so that a constant sound has a constant level.
constexpr std::size_t kWindow = 3 * kPeriod;

double level_db(const std::vector<float>& x, std::size_t at) {
  double sum = 1e-20;
  for (std::size_t t = at; t < at + kWindow; ++t)
    sum += static_cast<double>(x[t]) * static_cast<double>(x[t]);
  return 10.0 * std::log10(sum / static_cast<double>(kWindow));
}

bool opposed(const Always& a, const Always& b) {
  double ab = 0.0;
  double aa = 0.0;
  double bb = 0.0;
  for (std::size_t t = kBefore; t < kBefore + kWindow; ++t) {
    const auto x = static_cast<double>(a.heard[t]);
    const auto y = static_cast<double>(b.heard[t]);
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / std::sqrt(aa * bb) < -0.5;
}

void swap_in(Player& player, const std::shared_ptr<const Model>& model, std::uint32_t fade) {
  auto incoming = testing::path_of(*model);
  const RecentInput& input = player.rig.recent_input();
  incoming->begin_to_listen(input, incoming->whole_memory_frames());
  incoming->listen(input, RecentInput::kFrames);
  player.swap(std::move(incoming), fade);
}

TEST(RigSwitching, BetweenEveryTwoModelsThereIsNoStepAndNoDip) {
  const std::vector<float> in = note(kBefore + kAfter);
  std::vector<Always> all;
  for (const std::string& path : models()) all.push_back(always_running(path));
  for (const Always& from : all) {
    for (const Always& to : all) {
      if (&from == &to) continue;
      for (const auto& [block, fade] : {std::pair{16U, 240U}, {64U, 960U}, {100U, 4800U}, {1024U, 9600U}}) {
        Player player;
        player.start_with({{Setting::level_mode, LevelMode::normalized}});
        player.rig.apply_idle();
        player.swap(testing::path_of(*from.model), 0);
        std::vector<float> heard = player.play({in.begin(), in.begin() + kBefore}, block);
        swap_in(player, to.model, fade);
        const auto rest = player.play({in.begin() + kBefore, in.end()}, block);
        heard.insert(heard.end(), rest.begin(), rest.end());

        const auto what = from.model->info().path.stem().string() + " to " +
                          to.model->info().path.stem().string() + ", block " + std::to_string(block) +
                          ", fade " + std::to_string(fade);
        const std::size_t begin = kBefore - 1;
        const std::size_t end = kBefore + fade + 64;
        const float usual =
            std::fmax(largest_step(from.heard, begin, end), largest_step(to.heard, begin, end));
        // Uncorrelated signals are added with weights of up to 0.71 each, which can raise a step by as much.
        EXPECT_LE(largest_step(heard, begin, end), 1.45F * usual + 0.5F / static_cast<float>(fade)) << what;
        double lowest = 100.0;
        for (std::size_t t = kBefore - kWindow; t < kBefore + fade; t += 100)
          lowest = std::fmin(lowest, level_db(heard, t));
        // Opposites cancel somewhere on the way.
        const double allowed_dip = opposed(from, to) ? 9.0 : 1.5;
        const double quieter =
            std::fmin(level_db(from.heard, kBefore - kWindow), level_db(to.heard, kBefore + fade));
        EXPECT_GT(lowest, quieter - allowed_dip) << what;
        for (std::size_t t = kBefore + fade; t < heard.size(); ++t)
          ASSERT_NEAR(heard[t], to.heard[t], 2e-5F) << what << ", frame " << t;
      }
    }
  }
}

TEST(RigSwitching, TenThousandRandomSwapsLoseNothingAndDoNotClick) {
  std::vector<Always> all;
  for (const char* name : {"a1_pico", "a1_nano", "lstm_1x8", "convnet"})
    all.push_back(always_running(testing::random_model(name)));
  std::multimap<const NetworkPlan*, std::unique_ptr<Path>> spares;
  for (int i = 0; i < 6; ++i)
    for (const Always& one : all) spares.emplace(one.model->plan().get(), testing::path_of(*one.model));
  const std::size_t made = spares.size();

  Player player;
  player.start_with({{Setting::level_mode, LevelMode::normalized}});
  player.rig.apply_idle();
  const std::vector<float> in = note(4 * kPeriod);
  std::mt19937 random(3);
  std::map<Change::State, std::size_t> count;
  std::size_t at = 0;
  float before = 0.0F;
  float step = 0.0F;
  const auto collect = [&] {
    for (const testing::Report& report : player.reports()) {
      ++count[report.state];
      if (!report.change->is_over()) continue;
      for (auto* const path : {&report.change->incoming, &report.change->outgoing})
        if (*path && model_of(**path) != nullptr)
          spares.emplace(model_of(**path)->plan().get(), std::move(*path));
    }
  };
  for (int swap = 0; swap < 10000; ++swap) {
    const auto spare = spares.find(all[random() % all.size()].model->plan().get());
    if (spare != spares.end()) {
      std::unique_ptr<Path> model = std::move(spare->second);
      spares.erase(spare);
      const RecentInput& input = player.rig.recent_input();
      model->begin_to_listen(input, 2000);
      model->listen(input, 2000 - random() % 500);
      const std::uint64_t frame = random() % 4 == 0 ? player.now + random() % 300 : Change::kNow;
      ASSERT_TRUE(player.swap(std::move(model), 240 + static_cast<std::uint32_t>(random() % 500), frame));
    }
    const std::size_t frames = 16 + random() % 700;
    at %= kPeriod;
    const std::vector<float> heard =
        player.play({in.begin() + static_cast<long>(at), in.begin() + static_cast<long>(at + frames)}, 64);
    if (swap > 0) step = std::fmax(step, std::fabs(heard.front() - before));
    step = std::fmax(step, largest_step(heard, 1, heard.size()));
    before = heard.back();
    at += frames;
    collect();
  }
  player.rig.apply_idle();
  collect();
  player.swap(nullptr, 0);
  player.rig.apply_idle();
  collect();
  EXPECT_EQ(spares.size(), made) << "models were lost";
  EXPECT_GT(count[Change::State::fading], 2000U);
  EXPECT_GT(count[Change::State::superseded], 100U);
  float usual = 0.0F;
  for (const Always& one : all) usual = std::fmax(usual, largest_step(one.heard, 0, one.heard.size()));
  EXPECT_LT(step, 1.6F * usual) << "against " << usual;
}

}  // namespace
}  // namespace namrack::engine
