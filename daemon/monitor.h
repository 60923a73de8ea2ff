#pragma once

#include <chrono>
#include <cstdint>

#include "daemon/jack/jack_supervisor.h"
#include "engine/audio/audio_state.h"
#include "player/event_hub.h"
#include "player/log_limiter.h"
#include "player/player.h"
#include "player/pulse.h"

namespace namrack::daemon {

/// Looks at what the audio thread has left behind, and reports it: levels, xruns, blocks that were late,
/// models that overflowed, input that was no sound. Thread: control.
class Monitor {
 public:
  using Clock = std::chrono::steady_clock;

  /// Looks at beats of `pulse`.
  Monitor(player::Pulse& pulse, engine::AudioState& audio, player::Player& player, const JackSupervisor& jack,
          player::EventHub& events);

  /// Reports what has happened since the last look.
  void look(Clock::time_point now);
  /// Levels of the last look.
  const player::MeterReadings& levels() const { return levels_; }

 private:
  void report_xruns();
  void report_overload();
  void report_faults();
  void report_input_faults();

  engine::AudioState& audio_;
  player::Player& player_;
  const JackSupervisor& jack_;
  player::EventHub& events_;
  player::MeterReadings levels_;
  Clock::time_point last_look_ = Clock::now();
  std::uint64_t xruns_ = 0, faults_ = 0, input_faults_ = 0;
  player::LogLimiter xrun_log_{1, 10.0}, overload_log_{1, 10.0}, fault_log_{1, 10.0},
      input_fault_log_{1, 10.0};
  player::Pulse::Listener beat_;
};

}  // namespace namrack::daemon
