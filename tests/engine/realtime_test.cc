// The real-time contract: nothing reachable from the process callback allocates, frees, locks or calls the
// system.

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <memory>
#include <mutex>
#include <random>
#include <thread>

#include "engine/audio/dsp_load.h"
#include "engine/audio/stage_kinds.h"
#include "tests/engine/json_text.h"
#include "tests/engine/realtime_guard.h"
#include "tests/engine/rig_harness.h"

namespace namrack::engine {
namespace {

using testing::RealtimeSection;
using testing::take_violations;
using testing::Violations;

void expect_none(const Violations& violations) {
  EXPECT_EQ(violations.allocations, 0U);
  EXPECT_EQ(violations.frees, 0U);
  EXPECT_EQ(violations.locks, 0U);
  EXPECT_EQ(violations.system_calls, 0U) << "the last one was number " << violations.last_system_call;
}

TEST(RealtimeGuard, SeesAllocationsFreesAndLocksInsideASectionOnly) {
  take_violations();
  std::mutex mutex;
  auto outside = std::make_unique<int>(1);
  mutex.lock();
  mutex.unlock();
  EXPECT_EQ(take_violations().total(), 0U);
  {
    const RealtimeSection section;
    outside = std::make_unique<int>(2);
    mutex.lock();
    mutex.unlock();
  }
  const Violations violations = take_violations();
  EXPECT_EQ(violations.allocations, 1U);
  EXPECT_EQ(violations.frees, 1U);
  EXPECT_EQ(violations.locks, 1U);
}

// A thread without system calls can neither sleep nor end, so these threads spin until the program ends.
[[noreturn]] void spin_for_ever() {
  for (std::atomic<unsigned> idle{0};;) idle.fetch_add(1, std::memory_order_relaxed);
}

TEST(RealtimeGuard, TrapsSystemCalls) {
  take_violations();
  static std::atomic<int> state{0};
  std::thread([] {
    state = testing::forbid_system_calls() ? 1 : -1;
    if (state == 1) {
      (void)::getppid();
      state = 2;
    }
    spin_for_ever();
  }).detach();
  while (state == 0 || state == 1) std::this_thread::yield();
  ASSERT_EQ(state, 2) << "the kernel refuses seccomp filters";
  EXPECT_EQ(take_violations().system_calls, 1U);
}

/// What the JACK process callback does, on a thread of its own: blocks of all sizes, one after the other.
struct AudioThread {
  Rig rig{48000.0};
  DspLoad load;
  std::vector<float> in = std::vector<float>(20000), out = std::vector<float>(20000);
  std::atomic<std::uint64_t> now{1};
  std::atomic<bool> stop{false}, stopped{false}, refused{false};

  void run() {
    constexpr std::size_t kBlocks[] = {64, 1, 128, 63, 1024, 192, 8192, 17, 20000, 256};
    if (!testing::forbid_system_calls()) refused = true;
    for (std::size_t i = 0; !stop; ++i) {
      const std::size_t frames = kBlocks[i % std::size(kBlocks)];
      const std::uint64_t first = now.load(std::memory_order_relaxed);
      {
        const RealtimeSection section;
        load.begin();
        rig.process({in.data(), frames}, {out.data(), frames}, first);
        load.end(frames);
      }
      now.store(first + frames, std::memory_order_relaxed);
    }
    stopped = true;
    spin_for_ever();
  }
};

/// A response that is convolved with partitions of every size.
std::shared_ptr<const Model> long_linear_model() {
  constexpr std::size_t kTaps = 70000;
  boost::json::array weights;
  for (std::size_t k = 0; k < kTaps; ++k) weights.push_back(std::exp(-1e-3 * static_cast<double>(k)) / 1e3);
  const boost::json::value json{{"version", "0.5.4"},
                                {"architecture", "Linear"},
                                {"config", {{"receptive_field", kTaps}, {"bias", false}}},
                                {"weights", weights},
                                {"sample_rate", 48000}};
  return Model::parse(boost::json::serialize(json), "a linear model");
}

SettingChanges random_settings(std::mt19937& random) {
  return {{Setting::input_db, static_cast<float>(random() % 40) - 20.0F},
          {Setting::ceiling_db, -static_cast<float>(random() % 30)},
          {Setting::level_mode, static_cast<LevelMode>(random() % 3)},
          {Setting::match, static_cast<LoudnessMatch>(random() % 3)},
          {Setting::dc_blocker, static_cast<AutoSwitch>(random() % 3)},
          {Setting::peak_guard, static_cast<AutoSwitch>(random() % 3)}};
}

TEST(Realtime, TheProcessPathNeitherAllocatesNorFreesNorLocksNorCallsTheSystem) {
  const std::vector<std::string> names{"a1_nano",   "a1_small_gated", "a1_small_prelu_channels",
                                       "lstm_2x8",  "lstm_1x40",      "a1_nano_44100",
                                       "a1_feather"};
  std::vector<std::shared_ptr<const Model>> models{long_linear_model()};
  for (const auto& name : names) models.push_back(Model::load(testing::random_model(name)));
  take_violations();
  auto* const audio = new AudioThread;  // its thread never ends, so neither does it
  audio->load.configure(48000.0);
  for (std::size_t t = 0; t < audio->in.size(); ++t)
    audio->in[t] = 0.3F * std::sin(0.01F * static_cast<float>(t));
  std::thread([audio] { audio->run(); }).detach();

  std::mt19937 random(7);
  std::size_t swaps = 0;
  std::size_t retired = 0;
  std::vector<std::unique_ptr<Change>> changes;
  const auto ask = [&](Change change) -> Change* {
    changes.push_back(std::make_unique<Change>(std::move(change)));
    return audio->rig.submit(*changes.back()) ? changes.back().get() : nullptr;
  };
  for (std::size_t i = 0; i < 300; ++i) {
    const std::uint64_t at = random() % 4 == 0    ? audio->now.load() + random() % 30000
                             : random() % 10 == 0 ? 1
                                                  : Change::kNow;
    const std::size_t pick = random() % (models.size() + 1);
    auto model = pick < models.size() ? testing::path_of(*models[pick]) : dry_path(48000.0);
    if (random() % 2 == 0) {
      const RecentInput& input = audio->rig.recent_input();
      model->begin_to_listen(input, model->memory_frames());
      model->listen(input, model->memory_frames());
    }
    const FadeKind kind = random() % 3 == 0 ? FadeKind::through_zero : FadeKind::crossfade;
    Change* const swap = ask({.incoming = std::move(model),
                              .fade_kind = kind,
                              .fade_frames = static_cast<std::uint32_t>(random() % 3000),
                              .at_frame = at});
    if (swap != nullptr) {
      ++swaps;
      if (random() % 4 == 0) swap->cancel();
    }
    if (random() % 2 == 0) ask({.action = {.bypass = BypassSwitch::toggle}, .at_frame = at});
    ask({.action = {.settings = random_settings(random)}, .at_frame = at});
    audio->rig.mute(random() % 5 == 0);
    while (const Change* const change = audio->rig.poll())
      if (change->is_over()) retired += change->incoming || change->outgoing ? 1 : 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  audio->stop = true;
  while (!audio->stopped) std::this_thread::yield();
  ASSERT_FALSE(audio->refused) << "the kernel refuses seccomp filters";
  EXPECT_GT(swaps, 100U);
  EXPECT_GT(retired, 50U);
  expect_none(take_violations());
}

TEST(Realtime, EveryKindOfStageNeitherAllocatesNorFreesNorLocks) {
  ASSERT_FALSE(stage_kinds().empty());
  for (const StageKind& kind : stage_kinds()) {
    const auto stage = kind.make(48000.0);
    std::vector<float> left(256, 0.1F), right(256, -0.1F);
    const Block block(left.data(), right.data(), left.size());
    take_violations();
    {
      const RealtimeSection section;
      for (std::size_t i = 0; i < kind.parameters.size(); ++i) {
        stage->set(i, kind.parameters[i].greatest());
        for (int blocks = 0; blocks < 10; ++blocks) stage->process(block, block);
      }
      stage->end_ramps();
      stage->reset();
    }
    EXPECT_EQ(take_violations().total(), 0U) << kind.name;
  }
}

// A model that has overflowed is reset where it plays.
TEST(Realtime, ResetsNeitherAllocateNorFreeNorLock) {
  boost::json::value conditioned = testing::parse_file(testing::random_model("a1_small"));
  conditioned.at("config").as_object()["condition_dsp"] =
      testing::parse_file(testing::random_model("lstm_1x8"));
  std::vector<std::shared_ptr<const Model>> models{
      Model::parse(boost::json::serialize(conditioned), "conditioned")};
  for (const char* name :
       {"a1_standard", "a2_full", "opt_condition_dsp", "lstm_2x8", "convnet", "linear_1500"}) {
    models.push_back(Model::load(testing::random_model(name)));
  }
  for (const auto& model : models) {
    const auto network = model->instantiate();
    take_violations();
    {
      const RealtimeSection section;
      network->reset(InitialState::prewarmed);
      network->reset(InitialState::zero);
    }
    EXPECT_EQ(take_violations().total(), 0U) << model->info().path;
  }
}

}  // namespace
}  // namespace namrack::engine
