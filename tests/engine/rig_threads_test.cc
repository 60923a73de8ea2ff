// Two threads on one rig, as in the daemon: run under ThreadSanitizer in CI.

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <thread>

#include "tests/engine/rig_harness.h"

namespace namrack::engine {
namespace {

TEST(RigThreads, RandomCommandsWhilePlayingLoseAndLeakNothing) {
  const std::vector<std::string> names{"a1_nano", "a1_pico", "lstm_1x8", "a1_nano_44100"};
  std::vector<std::shared_ptr<const Model>> models;
  for (const auto& name : names) models.push_back(Model::load(testing::random_model(name)));
  Rig rig(48000.0);
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> now{1};
  bool finite = true;
  std::thread audio([&] {
    std::vector<float> block(300, 0.1F);
    std::vector<float> out(block.size());
    std::mt19937 random(1);
    while (!stop) {
      const std::size_t frames = random() % block.size() + 1;
      const std::uint64_t first = now.load();
      rig.process({block.data(), frames}, {out.data(), frames}, first);
      for (std::size_t t = 0; t < frames; ++t) finite = finite && std::isfinite(out[t]);
      now.store(first + frames);
    }
  });
  std::mt19937 random(2);
  std::size_t asked = 0;
  std::size_t answered = 0;
  std::map<const Change*, std::unique_ptr<Change>> open;
  const auto collect = [&] {
    while (const Change* const change = rig.poll()) {
      if (!change->is_over()) continue;
      EXPECT_EQ(open.erase(change), 1U);
      ++answered;
    }
  };
  while (asked < 400) {
    auto change = std::make_unique<Change>();
    if (random() % 4 == 0) {
      change->action.bypass = BypassSwitch::toggle;
    } else if (random() % 4 == 0) {
      change->action.settings = {{Setting::input_db, static_cast<float>(random() % 20) - 10.0F},
                                 {Setting::level_mode, static_cast<LevelMode>(random() % 3)}};
    } else {
      const std::size_t pick = random() % (models.size() + 1);
      change->incoming = pick < models.size() ? testing::path_of(*models[pick]) : dry_path(48000.0);
      if (random() % 2 == 0) {
        change->incoming->begin_to_listen(rig.recent_input(), 500);
        change->incoming->listen(rig.recent_input(), 500);
      }
      change->fade_frames = static_cast<std::uint32_t>(random() % 200);
      if (random() % 3 == 0) change->at_frame = now.load() + random() % 1000;
      if (random() % 3 == 0) change->fade_kind = FadeKind::through_zero;
    }
    if (rig.submit(*change)) {
      ++asked;
      if (random() % 8 == 0) change->cancel();
      open.emplace(change.get(), std::move(change));
    }
    collect();
  }
  while (answered < asked) {
    collect();
    std::this_thread::yield();
  }
  stop = true;
  audio.join();
  EXPECT_TRUE(open.empty());
  EXPECT_TRUE(finite);
}

}  // namespace
}  // namespace namrack::engine
