// namrack-loop: plays a sound file into a JACK port, records another port meanwhile, and reports both levels.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <span>
#include <string>
#include <thread>

#include "demo/loop.h"
#include "engine/offline/wav_file.h"

namespace {

using namrack::demo::Loop;
using namrack::demo::LoopError;
using namrack::demo::LoopOptions;
using namrack::engine::Sound;

struct Arguments {
  std::string in, out;
  LoopOptions ports{"namrack:in", "namrack:out", false};
  double tail_seconds = 0.5;
};

double decibels(double level) {
  return 20.0 * std::log10(std::max(level, 1e-10));
}

void print_levels(const char* side, std::span<const float> samples) {
  double peak = 0.0;
  double square_sum = 0.0;
  for (const float sample : samples) {
    peak = std::max(peak, std::fabs(static_cast<double>(sample)));
    square_sum += static_cast<double>(sample) * static_cast<double>(sample);
  }
  const double rms = samples.empty() ? 0.0 : std::sqrt(square_sum / static_cast<double>(samples.size()));
  std::printf("%-10s peak %6.1f dBFS   rms %6.1f dBFS\n", side, decibels(peak), decibels(rms));
}

// A client that is killed in mid-period can hold up the whole server, so the signals end the wait instead.
volatile std::sig_atomic_t stop_requested = 0;

void stop_on_signals() {
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { stop_requested = 1; });
}

// Waits a second longer than the recording lasts, then counts the server as hung.
void wait_for_end(const Loop& loop, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::duration<double>(seconds + 1.0);
  while (!loop.finished()) {
    if (loop.server_gone()) throw LoopError("the JACK server went away");
    if (stop_requested != 0) throw LoopError("stopped before the end, nothing was written");
    if (Clock::now() > deadline) throw LoopError("the JACK server has stopped running periods");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void run(const Arguments& arguments) {
  const Sound sound = namrack::engine::read_sound(arguments.in);
  const auto frames =
      sound.samples.size() + static_cast<std::size_t>(arguments.tail_seconds * sound.sample_rate);
  const double seconds = static_cast<double>(frames) / sound.sample_rate;

  Loop loop(sound.samples, frames, arguments.ports);
  if (loop.sample_rate() != sound.sample_rate) {
    throw LoopError(arguments.in + " is at " + std::to_string(std::lround(sound.sample_rate)) +
                    " Hz, the server at " + std::to_string(std::lround(loop.sample_rate())));
  }
  std::printf("ports      %s -> %s, %s -> %s\n", loop.play_port(), arguments.ports.to.c_str(),
              arguments.ports.from.c_str(), loop.record_port());
  std::printf("playing    %s (%.1f s)\n", arguments.in.c_str(), seconds);
  std::fflush(stdout);
  loop.start();
  wait_for_end(loop, seconds);

  print_levels("in level", sound.samples);
  print_levels("out level",
               loop.recording().first(sound.samples.size()));  // without the tail, to be comparable
  std::printf("xruns      %u, frames lost %zu\n", loop.xruns(), loop.lost_frames());
  namrack::engine::write_wav(arguments.out, loop.recording(), sound.sample_rate);
  std::printf("wrote      %s\n", arguments.out.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Plays a sound file into a JACK port and records another port meanwhile.");
  app.add_option("in", arguments.in, "sound file to play; its first channel")->required();
  app.add_option("out", arguments.out, "32-bit float WAV to write")->required();
  app.add_option("--to", arguments.ports.to, "port that hears the sound")->capture_default_str();
  app.add_option("--from", arguments.ports.from, "port that is recorded")->capture_default_str();
  app.add_option("--tail", arguments.tail_seconds, "seconds to go on recording after the sound")
      ->capture_default_str();
  app.add_flag("--listen", arguments.ports.listen,
               "also send the recorded port to the first two physical outputs");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  stop_on_signals();
  try {
    run(arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "namrack-loop: %s\n", error.what());
    return 1;
  }
  return 0;
}
