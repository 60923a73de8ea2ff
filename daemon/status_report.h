#pragma once

#include <boost/json/object.hpp>
#include <chrono>

#include "daemon/jack/jack_supervisor.h"
#include "daemon/monitor.h"
#include "engine/audio/audio_state.h"
#include "player/midi/midi_control.h"
#include "player/player.h"

namespace namrack::daemon {

/// The `jack` part of `status`, which is also the data of `jack` events.
boost::json::object jack_report(const JackStatus& jack, const player::Player& player,
                                const engine::AudioState& audio);

/// The result of `status`. Thread: control.
boost::json::object status_report(const player::Player& player, const player::Problems& problems,
                                  const player::MidiControl& midi, const JackStatus& jack,
                                  const engine::AudioState& audio, const player::MeterReadings& levels,
                                  std::chrono::steady_clock::duration uptime);

}  // namespace namrack::daemon
