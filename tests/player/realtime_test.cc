// The real-time contract of all that the process callback reaches, with MIDI, transport and scenes.

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <span>
#include <thread>

#include "player/midi/midi_control.h"
#include "tests/common/model_path.h"
#include "tests/engine/realtime_guard.h"
#include "tests/player/player_rig.h"

namespace namrack::player {
namespace {

using engine::testing::RealtimeSection;
using engine::testing::take_violations;

/// What JACK's process callback does, on a thread of its own that may not call the system.
struct AudioThread {
  engine::AudioState state{48000.0};
  engine::AudioGate gate{state};
  std::atomic<bool> stop{false}, stopped{false}, refused{false};

  [[noreturn]] void run() {
    constexpr std::size_t kBlocks[] = {64, 128, 256, 63, 1024};
    std::vector<float> in(1024, 0.1F), out(1024);
    std::vector<engine::MidiEvent> events(4000);
    std::minstd_rand random(3);
    std::uint32_t now = 1;
    if (!engine::testing::forbid_system_calls()) refused = true;
    for (std::size_t i = 0; !stop; ++i) {
      const std::size_t frames = kBlocks[i % std::size(kBlocks)];
      const RealtimeSection section;
      std::uint32_t offset = 0;
      // Now and then a flood that no queue has room for.
      const std::size_t count = i % 256 == 0 ? events.size() : i % 16 == 0 ? 40 : 1;
      for (engine::MidiEvent& event : std::span(events).first(count)) {
        // All kinds of messages, and what is none.
        event.offset = offset =
            std::min<std::uint32_t>(offset + random() % 8, static_cast<std::uint32_t>(frames) - 1);
        event.size = static_cast<std::uint8_t>(random() % 4);
        event.bytes = {static_cast<std::uint8_t>(0x70U + random() % 144),
                       static_cast<std::uint8_t>(random() % 128), static_cast<std::uint8_t>(random() % 128)};
      }
      const engine::TransportPosition position{.frame = now, .beat = static_cast<double>(i)};
      gate.process({in.data(), frames}, {out.data(), frames}, now,
                   {.position = i % 7 == 0 ? nullptr : &position, .midi = {events.data(), count}});
      now += static_cast<std::uint32_t>(frames);
    }
    stopped = true;
    for (std::atomic<unsigned> idle{0};;) idle.fetch_add(1, std::memory_order_relaxed);
  }
};

/// One that this kind of message can do.
protocol::MidiAction any_action(std::minstd_rand& random, MidiKind kind) {
  for (;;) {
    protocol::MidiAction action{.target = static_cast<protocol::MidiTarget>(random() % 5), .name = "a1_nano"};
    action.press = static_cast<MidiPress>(random() % 4);
    if (action.press == MidiPress::long_press) action.long_ms = 5.0;
    if (action.target == protocol::MidiTarget::set)
      action = {.target = action.target,
                .setting = Setting::input_db,
                .min = -9.0,
                .takeover = static_cast<protocol::MidiTakeover>(random() % 2),
                .keep = random() % 2 == 0};
    if (action.target == protocol::MidiTarget::bypass && random() % 2 == 0)
      action = {.mode = protocol::MidiSwitch::hold};
    if (protocol::can_do(kind, action)) return action;
  }
}

TEST(Realtime, MidiTransportAndScenesNeitherAllocateNorFreeNorLockNorCallTheSystem) {
  boost::asio::io_context io;
  Worker readers{io, "readers", 0}, builder{io, "builder", 0}, listener{io, "listener", 0};
  EventHub events;
  Problems problems{events, [] { return std::uint64_t{0}; }};
  auto* const audio = new AudioThread;  // its thread never ends, so neither does it
  Pulse pulse(io);
  pulse.start();
  Player player(io, pulse, audio->state, {readers, builder, listener}, events, problems,
                ModelPaths({}, false), {.cpu = 1000.0});
  MidiControl midi(io, pulse, audio->state, player, events);
  const auto run = [&](auto request) {
    auto result = boost::asio::co_spawn(io, std::move(request), boost::asio::use_future);
    while (result.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      io.run_for(std::chrono::milliseconds(1));
      io.restart();
    }
    try {
      result.get();
    } catch (const protocol::ProtocolError& error) {
      // By what MIDI asks for at the same time.
      EXPECT_EQ(error.code(), protocol::ErrorCode::superseded) << error.what();
    }
  };
  for (const char* name : {"a1_nano", "lstm_1x8", "a1_feather"}) {
    run(player.loading().load({.name = name, .path = test::model_path(name)}, 0));
    run(player.changes().swap({.name = name}, 0));
    player.show().save({.name = name}, 0);
  }
  player.set_running(true);
  take_violations();
  std::thread([audio] { audio->run(); }).detach();
  std::minstd_rand random(5);
  for (int i = 0; i < 100; ++i) {
    const MidiSource source{.kind = static_cast<MidiKind>(random() % 3),
                            .number = static_cast<std::uint8_t>(random() % 128)};
    midi.map({.source = source, .action = any_action(random, source.kind), .add = i % 3 == 0}, 0);
    midi.set({.bank = static_cast<protocol::MidiBank>(random() % 4)}, 0);
    if (i % 20 == 0) run(player.show().step({.step = 1}, 0));
    midi.look();
    io.run_for(std::chrono::milliseconds(3));
    io.restart();
  }
  EXPECT_GT(midi.messages(), 500U);
  audio->stop = true;
  while (!audio->stopped) std::this_thread::yield();
  player.set_running(false);
  // What is still open refers to what ends here.
  for (int i = 0; i < 10000 && midi.open_messages() + player.changes().open().size() > 0; ++i) {
    io.run_for(std::chrono::milliseconds(1));
    io.restart();
  }
  ASSERT_FALSE(audio->refused) << "the kernel refuses seccomp filters";
  const auto violations = take_violations();
  EXPECT_EQ(violations.allocations, 0U);
  EXPECT_EQ(violations.frees, 0U);
  EXPECT_EQ(violations.locks, 0U);
  EXPECT_EQ(violations.system_calls, 0U) << "the last one was number " << violations.last_system_call;
}

}  // namespace
}  // namespace namrack::player
