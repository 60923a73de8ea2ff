#include "daemon/status_report.h"

#include <string>

#include "player/commands/replies.h"
#include "player/or_null.h"
#include "protocol/parameter_json.h"

namespace namrack::daemon {
namespace json = boost::json;
namespace {

json::value positive_or_null(std::uint32_t number) {
  return number > 0 ? json::value(number) : json::value(nullptr);
}

json::object bank_report(const player::Player& player) {
  const player::Bank& bank = player.library().bank();
  return {{"models", bank.entries().size()},
          {"bytes", bank.bytes()},
          {"budget", player.library().workshop().budgets().memory}};
}

json::object dsp_report(const engine::DspLoad::Snapshot& load, const engine::Rig& rig,
                        const player::Player& player) {
  return {{"load_mean", load.mean},
          {"load_p99", load.p99},
          {"load_max", load.max},
          {"blocks", load.blocks},
          {"faults", rig.faults()},
          {"input_faults", rig.input_faults()},
          {"predicted_load", player::or_null(player.library().predicted_load())},
          {"budget", player.library().workshop().budgets().cpu}};
}

}  // namespace

json::object jack_report(const JackStatus& jack, const player::Player& player,
                         const engine::AudioState& audio) {
  return {{"connected", jack.connected},
          {"client", jack.client},
          {"sample_rate", positive_or_null(jack.sample_rate)},
          {"buffer_size", positive_or_null(jack.buffer_size)},
          {"realtime", jack.realtime},
          {"xruns", audio.xruns.load(std::memory_order_relaxed)},
          {"latency_frames", player.state().latency_frames()}};
}

json::object status_report(const player::Player& player, const player::Problems& problems,
                           const player::MidiControl& midi, const JackStatus& jack,
                           const engine::AudioState& audio, const player::MeterReadings& levels,
                           std::chrono::steady_clock::duration uptime) {
  json::object status;
  status["version"] = NAMRACK_VERSION;
  status["uptime_s"] = std::chrono::duration<double>(uptime).count();
  status["rev"] = player.state().rev();
  status["current"] = player::or_null(player.state().current());
  status["bypass"] = player.state().is_bypassed();
  status["waiting"] = player.changes().open().size();
  json::object& server = status["jack"].emplace_object() = jack_report(jack, player, audio);
  // The frame from which `at_frame` of a swap is to be counted.
  const std::uint64_t frame = player.is_running() ? audio.frame.load(std::memory_order_relaxed) : 0;
  server["frame"] = frame > 0 ? json::value(frame) : json::value(nullptr);
  status["dsp"] = dsp_report(audio.load.snapshot(), audio.rig, player);
  status["meters"] = player::meters_json(levels);
  status["problems"] = problems.to_json();
  status["bank"] = bank_report(player);
  status["midi"] = player::midi_summary(midi);
  status["scene"] = player::scene_position(player);
  status["params"] = protocol::values_json(kSettings, player.state().settings());
  return status;
}

}  // namespace namrack::daemon
