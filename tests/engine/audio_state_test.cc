#include "engine/audio/audio_state.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

namespace namrack::engine {
namespace {

constexpr std::size_t kBlock = 64;
using Samples = std::array<float, kBlock>;

TEST(AudioState, FrameNumbersRunOnWhenJacksCounterWraps) {
  AudioState state(48000.0);
  Samples in{}, out{};
  state.process({in.data(), kBlock}, {out.data(), kBlock}, 0xFFFFFFC0U);
  EXPECT_EQ(state.frame.load(), 0xFFFFFFC0U);
  state.process({in.data(), kBlock}, {out.data(), kBlock}, 0U);
  EXPECT_EQ(state.frame.load(), 0x100000000U);
}

TEST(AudioState, FrameNumbersGrowWhenANewServerStartsAtZero) {
  AudioState state(48000.0);
  Samples in{}, out{};
  state.process({in.data(), kBlock}, {out.data(), kBlock}, 5000000U);
  state.process({in.data(), kBlock}, {out.data(), kBlock}, 640U);
  EXPECT_GT(state.frame.load(), 5000000U);
  EXPECT_EQ(static_cast<std::uint32_t>(state.frame.load()), 640U);
}

TEST(AudioState, FrameZeroIsNeverUsed) {
  AudioState state(48000.0);
  Samples in{}, out{};
  state.process({in.data(), kBlock}, {out.data(), kBlock}, 0U);
  EXPECT_EQ(state.frame.load(), 1U);
}

TEST(AudioState, OnlyBlocksWithADeadlineCountAsLoad) {
  AudioState state(48000.0);
  Samples in{}, out{};
  state.process({in.data(), kBlock}, {out.data(), kBlock}, 64U);
  state.freewheeling = true;
  state.process({in.data(), kBlock}, {out.data(), kBlock}, 128U);
  EXPECT_EQ(state.load.snapshot().blocks, 1U);
}

TEST(AudioGate, PassesAudioUntilItIsClosedAndSilenceAfterwards) {
  AudioState state(48000.0);
  AudioGate gate(state);
  Samples in{}, out{};
  in.fill(0.5F);
  gate.process({in.data(), kBlock}, {out.data(), kBlock}, 64U);
  EXPECT_EQ(out[0], 0.5F);
  gate.close();
  EXPECT_TRUE(gate.is_idle());
  gate.process({in.data(), kBlock}, {out.data(), kBlock}, 128U);
  EXPECT_EQ(out[0], 0.0F);
  EXPECT_EQ(state.frame.load(), 64U) << "the state was touched";
  EXPECT_EQ(gate.cycles(), 2U);
}

TEST(AudioGate, OnceClosedAndIdleTheStateIsNeverTouchedAgain) {
  AudioState state(48000.0);
  for (int round = 0; round < 200; ++round) {
    AudioGate gate(state);
    std::atomic<bool> stop{false};
    std::thread audio([&] {
      Samples in{}, out{};
      for (std::uint32_t frame = 64; !stop; frame += kBlock)
        gate.process({in.data(), kBlock}, {out.data(), kBlock}, frame);
    });
    while (gate.cycles() == 0) std::this_thread::yield();
    gate.close();
    while (!gate.is_idle()) std::this_thread::yield();
    const std::uint64_t frame = state.frame.load();
    const std::uint64_t cycles = gate.cycles();
    while (gate.cycles() < cycles + 3) std::this_thread::yield();
    EXPECT_EQ(state.frame.load(), frame);
    stop = true;
    audio.join();
  }
}

}  // namespace
}  // namespace namrack::engine
