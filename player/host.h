#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>

#include "engine/audio/audio_state.h"
#include "player/event_hub.h"
#include "player/library/budgets.h"
#include "player/library/model_paths.h"
#include "player/midi/midi_control.h"
#include "player/player.h"
#include "player/problems.h"
#include "player/pulse.h"
#include "player/worker.h"

namespace namrack::player {

/// How many threads work for a player; `nice` lowers the priority of those that nobody waits for, as nice(1).
struct HostThreads {
  int readers = 1, builders = 1, listeners = 1;
  int nice = 0;
};

/// What every program that plays needs around a player, in the order of dependency. Whoever has a host gives
/// it time: `control` and `pulse` have to be run. What waits in `control` refers to the rest, which is
/// destroyed before it, and must have ended by then. Thread: control.
struct Host {
  /// `sample_rate` in Hz; another one is prepared by Player::prepare_for().
  Host(double sample_rate, const HostThreads& threads, ModelPaths paths, Budgets budgets)
      : audio(sample_rate),
        readers(control, "namrack-reader", threads.nice, threads.readers),
        builder(control, "namrack-builder", threads.nice, threads.builders),
        listener(control, "namrack-listen", 0, threads.listeners),
        problems(events, [this] { return player.state().rev(); }),
        player(control, pulse, audio, {readers, builder, listener}, events, problems, std::move(paths),
               std::move(budgets)),
        midi(control, pulse, audio, player, events) {}

  boost::asio::io_context control{1};
  Pulse pulse{control};
  engine::AudioState audio;
  Worker readers, builder, listener;
  EventHub events;
  Problems problems;
  Player player;
  MidiControl midi;
};

}  // namespace namrack::player
