#pragma once

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <utility>
#include <vector>

#include "engine/audio/audio_state.h"
#include "player/event_hub.h"
#include "player/player.h"
#include "player/worker.h"

namespace namrack::player {

/// A player whose audio thread and control thread are both the test's.
struct PlayerRig {
  /// No machine is too slow. What models take is made up, so that nothing depends on the machine's mood; a
  /// rig with other limits measures, unless it makes that up as well.
  explicit PlayerRig(Budgets limits = {.cpu = 1000.0, .measure = takes(0.01)}) : budgets(std::move(limits)) {
    pulse.start();
  }
  static std::function<MeasuredLoad(const engine::Model&, std::size_t)> takes(double fraction) {
    return [fraction](const engine::Model&, std::size_t) { return MeasuredLoad{.fraction = fraction}; };
  }
  /// What is still under way refers to the player.
  ~PlayerRig() {
    for (int i = 0; i < 5000 && player.changes().open().size() > 0; ++i) {
      io.run_for(std::chrono::milliseconds(1));
      io.restart();
      if (player.is_running()) play(kBlock);
    }
  }
  PlayerRig(const PlayerRig&) = delete;
  PlayerRig& operator=(const PlayerRig&) = delete;
  static constexpr std::size_t kBlock = 64;

  /// Lets a constant run through the rig, or the tone, as JACK would.
  std::vector<float> play(std::size_t frames, float value = 1.0F) {
    std::vector<float> in(kBlock, value);
    std::vector<float> out(frames);
    for (std::size_t done = 0; done < frames; done += kBlock) {
      const std::size_t block = std::min(kBlock, frames - done);
      if (is_tone)
        for (std::size_t i = 0; i < block; ++i)
          in[i] = 0.3F * std::sin(0.0144F * static_cast<float>(frame + i));
      audio.process({in.data(), block}, {out.data() + done, block}, frame);
      frame += static_cast<std::uint32_t>(block);
    }
    return out;
  }

  /// Carries a request out while the audio thread plays, and returns its result or throws its error.
  template <typename Result>
  Result run(boost::asio::awaitable<Result> request) {
    return finish(boost::asio::co_spawn(io, std::move(request), boost::asio::use_future));
  }
  /// The same for one that has been started.
  template <typename Result>
  Result finish(std::future<Result> result) {
    while (result.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      io.run_for(std::chrono::milliseconds(1));
      io.restart();
      if (player.is_running()) play(kBlock);
    }
    return result.get();
  }

  boost::asio::io_context io;
  Pulse pulse{io};
  engine::AudioState audio{48000.0};
  Worker readers{io, "readers", 0}, builder{io, "builder", 0}, listener{io, "listener", 0};
  EventHub events;
  Problems problems{events, [this] { return player.state().rev(); }};
  Budgets budgets;
  Player player{io,     pulse, audio, {readers, builder, listener}, events, problems, ModelPaths({}, false),
                budgets};
  std::uint32_t frame = 1000;
  bool is_tone = false;  ///< 110 Hz
};

}  // namespace namrack::player
