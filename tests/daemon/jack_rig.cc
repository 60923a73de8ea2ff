#include "tests/daemon/jack_rig.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "engine/offline/wav_file.h"

namespace namrack::test {
namespace json = boost::json;
namespace {

std::vector<std::string> with_no_autoconnect(std::vector<std::string> arguments) {
  arguments.emplace_back("--no-autoconnect");
  return arguments;
}

}  // namespace

void wait_for_jack(ControlClient& control, bool connected) {
  control.wait_for_status(
      [&](const json::object& status) { return status.at("jack").at("connected").as_bool() == connected; });
}

JackRig::JackRig(std::vector<std::string> daemon_arguments, JackServerSettings settings)
    : server(settings),
      daemon(with_no_autoconnect(std::move(daemon_arguments)), server.name()),
      control(daemon.connect()) {
  control->call("set", {{"level_mode", "raw"}});
  wait_for_jack(*control);
  bring_musicians();
  guitar->connect(guitar->port_name(), "namrack:in");
  recorder->connect("namrack:out", recorder->port_name());
}

void JackRig::bring_musicians() {
  guitar.reset();
  recorder.reset();
  guitar = std::make_unique<TestPort>(server.name(), "guitar", TestPort::Kind::plays);
  recorder = std::make_unique<TestPort>(server.name(), "recorder", TestPort::Kind::records);
}

std::vector<float> JackRig::play_and_record(const std::vector<float>& signal) {
  Cue cue;
  guitar->set_freewheel(true);
  recorder->start_recording(cue, signal.size());
  guitar->play(signal, cue);
  std::vector<float> recorded = recorder->finish_recording();
  guitar->set_freewheel(false);
  guitar->stop_playing();
  return recorded;
}

std::string first_difference(const std::vector<float>& expected, const std::vector<float>& actual,
                             std::size_t from, std::size_t to, float tolerance) {
  if (std::min(expected.size(), actual.size()) < to) return "too short";
  const auto differs = [&](std::size_t i) { return std::fabs(expected[i] - actual[i]) > tolerance; };
  std::size_t first = from;
  while (first < to && !differs(first)) ++first;
  if (first == to) return {};
  std::size_t last = first;
  std::size_t count = 0;
  for (std::size_t i = first; i < to; ++i) {
    if (!differs(i)) continue;
    last = i;
    ++count;
  }
  std::ostringstream text;
  text.precision(9);
  text << "at frame " << first << " expected " << expected[first] << ", found " << actual[first] << "; "
       << count << " of " << to - from << " frames differ, the last is " << last;
  return text.str();
}

double level(const std::vector<float>& signal, std::size_t from, std::size_t to) {
  double sum = 0.0;
  for (std::size_t i = from; i < to; ++i) sum += double{signal.at(i)} * double{signal.at(i)};
  return std::sqrt(sum / static_cast<double>(to - from));
}

float largest_step(const std::vector<float>& signal, std::size_t from, std::size_t to) {
  float step = 0.0F;
  for (std::size_t i = std::max<std::size_t>(from, 1); i < to; ++i)
    step = std::max(step, std::fabs(signal.at(i) - signal.at(i - 1)));
  return step;
}

std::vector<float> riff(std::size_t frames) {
  std::vector<float> samples = engine::read_sound(NAMRACK_FIXTURES "/audio/di_riff.wav").samples;
  if (samples.size() < frames) throw std::runtime_error("di_riff.wav is too short");
  samples.resize(frames);
  return samples;
}

}  // namespace namrack::test
