#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>

#include "daemon/jack_supervisor.h"
#include "player/audio_state.h"
#include "player/event_hub.h"
#include "player/log_limiter.h"
#include "player/player.h"

namespace namrack::daemon {

/// Looks at what the audio thread has left behind, and reports it: levels, xruns, blocks that were late,
/// models that overflowed, input that was no sound. Thread: control.
class Monitor {
 public:
  using Clock = std::chrono::steady_clock;

  Monitor(boost::asio::io_context& control, player::AudioState& audio, player::Player& player,
          const JackSupervisor& jack, player::EventHub& events)
      : control_(control), audio_(audio), player_(player), jack_(jack), events_(events) {}

  /// Looks now and then, until the io_context stops.
  boost::asio::awaitable<void> run();
  /// Reports what has happened since the last look.
  void look(Clock::time_point now);
  /// Levels of the last look.
  const player::MeterReadings& levels() const { return levels_; }

 private:
  void report_xruns();
  void report_overload();
  void report_faults();
  void report_input_faults();

  boost::asio::io_context& control_;
  player::AudioState& audio_;
  player::Player& player_;
  const JackSupervisor& jack_;
  player::EventHub& events_;
  player::MeterReadings levels_;
  Clock::time_point last_look_ = Clock::now();
  std::uint64_t xruns_ = 0, faults_ = 0, input_faults_ = 0;
  player::LogLimiter xrun_log_{1, 10.0}, overload_log_{1, 10.0}, fault_log_{1, 10.0},
      input_fault_log_{1, 10.0};
};

}  // namespace namrack::daemon
