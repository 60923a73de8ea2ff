// Two threads on one rig, as in the daemon: run under ThreadSanitizer in CI.

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <set>
#include <thread>

#include "tests/engine/rig_harness.h"

namespace namrack::engine {
namespace {

TEST(RigThreads, random_commands_while_playing_lose_and_leak_nothing) {
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
      rig.process(block.data(), out.data(), frames, first);
      for (std::size_t t = 0; t < frames; ++t) finite = finite && std::isfinite(out[t]);
      now.store(first + frames);
    }
  });
  std::mt19937 random(2);
  std::size_t asked = 0;
  std::size_t answered = 0;
  std::set<std::uint64_t> open;
  const auto collect = [&] {
    while (auto report = rig.poll()) {
      if (report->kind == RigReport::Kind::faded) continue;
      EXPECT_EQ(open.erase(report->id), 1U);
      ++answered;
    }
  };
  while (asked < 400) {
    std::optional<std::uint64_t> id;
    if (random() % 4 == 0) {
      id = rig.bypass(BypassSwitch::toggle);
    } else if (random() % 4 == 0) {
      id = rig.set({{Setting::input_db, static_cast<float>(random() % 20) - 10.0F},
                    {Setting::level_mode, static_cast<LevelMode>(random() % 3)}});
    } else {
      const std::size_t pick = random() % (models.size() + 1);
      auto model = pick < models.size() ? std::make_unique<RigModel>(models[pick], 48000.0) : nullptr;
      if (model && random() % 2 == 0) {
        model->begin_to_listen(rig.recent_input(), 500);
        model->listen(rig.recent_input(), 500, 1.0F);
      }
      id = rig.swap(model, static_cast<std::uint32_t>(random() % 200),
                    random() % 3 == 0 ? now.load() + random() % 1000 : Rig::kNow,
                    random() % 3 == 0 ? FadeKind::through_zero : FadeKind::crossfade);
    }
    if (id) {
      ++asked;
      open.insert(*id);
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
