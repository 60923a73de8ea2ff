#include "player/changes/timing.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace namrack::player {
using protocol::ErrorCode;
using protocol::ProtocolError;
namespace {

using Clock = std::chrono::steady_clock;

// A swap that is due later than this is prepared when it comes nearer. One that is due earlier is prepared at
// once and listens along until then: that costs load, but it is certain to be ready, also when JACK
// freewheels.
constexpr double kAheadSeconds = 15.0;
// The same for bars and beats.
constexpr double kBarsAheadSeconds = 2.0;
constexpr double kMostAheadSeconds = 86400.0 + 60.0;  // a day from when it was asked for
constexpr double kShortestWait = 0.005;
constexpr double kLongestWait = 1.0;
// The time that a model takes to join.
constexpr double kPreparationSeconds = 0.06;

}  // namespace

std::optional<std::uint64_t> Timing::current_frame() const {
  if (!is_running_) return std::nullopt;
  return audio_.frame.load(std::memory_order_relaxed);
}

double Timing::seconds_until(std::uint64_t at_frame) const {
  const auto now = static_cast<double>(audio_.frame.load(std::memory_order_relaxed));
  return (static_cast<double>(at_frame) - now) / audio_.rig.sample_rate();
}

// The tempo may change until then, so that bars and beats are only turned into a frame when they are near.
boost::asio::awaitable<void> Timing::wait_until_near(protocol::When& when, Change& change) const {
  if (when.in_ms) when = {.at_frame = frame_of(when)};
  const bool bars = when.at_bar || when.at_beat;
  const double ahead = bars ? kBarsAheadSeconds : kAheadSeconds;
  // It keeps its model from being unloaded; a mistyped number must not do so for ever.
  if (!when.is_now() && is_running_ && seconds_until(*frame_of(when)) > kMostAheadSeconds)
    throw ProtocolError(ErrorCode::params, "that time is more than a day ahead",
                        {{"frame", audio_.frame.load(std::memory_order_relaxed)}});
  while (!when.is_now() && is_running_) {
    change.require_wanted();
    if (!bars) change.due_frame = frame_of(when);
    // JACK's clock is not the system's, so the way there is made in steps.
    const double left = seconds_until(*frame_of(when)) - ahead;
    if (left <= 0.0 || audio_.freewheeling.load(std::memory_order_relaxed)) co_return;
    const std::chrono::duration<double> step(std::clamp(left, kShortestWait, kLongestWait));
    co_await change.nap(std::chrono::duration_cast<Clock::duration>(step));
  }
}

// nullopt: at once.
std::optional<std::uint64_t> Timing::frame_of(const protocol::When& when) const {
  if (when.at_bar || when.at_beat) return frame_of_beat(when);
  if (when.at_frame) return when.at_frame;
  if (!when.in_ms || !is_running_) return std::nullopt;
  if (audio_.block_frames.load(std::memory_order_relaxed) == 0)
    return std::nullopt;  // it has not begun to play
  // Counted from the first block that a command can still reach.
  const std::uint64_t first = audio_.frame.load(std::memory_order_relaxed) +
                              std::uint64_t{2} * audio_.block_frames.load(std::memory_order_relaxed);
  return first + static_cast<std::uint64_t>(std::llround(*when.in_ms * 1e-3 * audio_.rig.sample_rate()));
}

// A model takes a moment to join, and a command two blocks to reach the rig.
double Timing::beats_to_prepare(const engine::TransportPosition& now) const {
  const double blocks = 2.0 * audio_.block_frames.load(std::memory_order_relaxed) / audio_.rig.sample_rate();
  return (blocks + kPreparationSeconds) * now.beats_per_minute / 60.0;
}

std::uint64_t Timing::frame_of_beat(const protocol::When& when) const {
  const std::optional<engine::TransportPosition> now =
      is_running_ ? audio_.transport.position() : std::nullopt;
  if (!now)
    throw ProtocolError(ErrorCode::jack_down,
                        is_running_ ? "the JACK transport stands still, or tells no bars and beats"
                                    : "there is no transport while JACK is down");
  const double in_bar = when.at_beat.value_or(1.0) - 1.0;
  if (in_bar >= now->beats_per_bar)
    throw ProtocolError(ErrorCode::params, "at_beat is beyond the bar's last beat",
                        {{"param", "at_beat"}, {"beats_per_bar", now->beats_per_bar}});
  double beat = std::floor(now->beat / now->beats_per_bar) * now->beats_per_bar + in_bar;
  if (when.at_bar)
    beat = static_cast<double>(*when.at_bar - 1) * now->beats_per_bar + in_bar;
  else if (beat <= now->beat + beats_to_prepare(*now))
    beat += now->beats_per_bar;
  const double seconds = (beat - now->beat) * 60.0 / now->beats_per_minute;
  const auto frames = std::llround(seconds * audio_.rig.sample_rate());
  if (frames < 0) throw ProtocolError(ErrorCode::too_late, "that bar and beat have already passed");
  return now->frame + static_cast<std::uint64_t>(frames);
}

}  // namespace namrack::player
