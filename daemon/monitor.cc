#include "daemon/monitor.h"

#include <spdlog/spdlog.h>

namespace namrack::daemon {
namespace {

// The protocol's fastest rate of `meters` events.
constexpr player::Pulse::Period kMeters{10};

double seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

Monitor::Monitor(player::Pulse& pulse, engine::AudioState& audio, player::Player& player,
                 const JackSupervisor& jack, player::EventHub& events)
    : audio_(audio), player_(player), jack_(jack), events_(events), beat_(pulse, [this] {
        look(Clock::now());
        return events_.has_meter_subscribers() ? kMeters : player::Pulse::kSlow;
      }) {}

void Monitor::look(Clock::time_point now) {
  const double elapsed = seconds(now - last_look_);
  last_look_ = now;
  levels_ = {audio_.rig.input_meter().read_and_restart(), audio_.rig.output_meter().read_and_restart()};
  const std::uint64_t frame = player_.is_running() ? audio_.frame.load(std::memory_order_relaxed) : 0;
  events_.publish_meters(levels_, elapsed, player_.state().rev(), frame);
  report_xruns();
  report_overload();
  report_faults();
  report_input_faults();
}

void Monitor::report_xruns() {
  const std::uint64_t total = audio_.xruns.load(std::memory_order_relaxed);
  if (total == xruns_) return;
  const std::uint64_t count = total - xruns_;
  xruns_ = total;
  const std::uint64_t frame = audio_.frame.load(std::memory_order_relaxed);
  events_.publish(protocol::Topic::xrun, player_.state().rev(), frame, {{"count", count}, {"total", total}},
                  0);
  if (xrun_log_.admit(seconds(last_look_.time_since_epoch()))) spdlog::warn("xrun, {} in all", total);
}

void Monitor::report_overload() {
  const engine::DspLoad::Snapshot recent = audio_.recent_load.snapshot();
  if (recent.blocks == 0) return;
  audio_.recent_load.restart();
  if (recent.max <= 1.0) return;
  const std::uint64_t frame = audio_.frame.load(std::memory_order_relaxed);
  events_.publish(protocol::Topic::overload, player_.state().rev(), frame,
                  {{"load_max", recent.max}, {"load_mean", recent.mean}, {"blocks", recent.blocks}}, 0);
  if (!overload_log_.admit(seconds(last_look_.time_since_epoch()))) return;
  spdlog::warn("overload: a block took {:.0f} % of its time ({} more reports held back)", 100.0 * recent.max,
               overload_log_.take_held_back());
}

void Monitor::report_faults() {
  const std::uint64_t total = audio_.rig.faults();
  if (total == faults_) return;
  faults_ = total;
  if (!fault_log_.admit(seconds(last_look_.time_since_epoch()))) return;
  spdlog::warn("the output of a model overflowed; it was silenced and started afresh, {} times in all",
               total);
}

void Monitor::report_input_faults() {
  const std::uint64_t total = audio_.rig.input_faults();
  if (total == input_faults_) return;
  input_faults_ = total;
  if (!input_fault_log_.admit(seconds(last_look_.time_since_epoch()))) return;
  spdlog::warn(
      "input {}:in is not finite or above 120 dBFS: a client that is connected there sends NaN, infinity or "
      "nonsense; silence is played instead, in {} blocks so far; disconnect or restart that client",
      jack_.status().client, total);
}

}  // namespace namrack::daemon
