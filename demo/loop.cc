#include "demo/loop.h"

#include <algorithm>
#include <cerrno>

namespace namrack::demo {
namespace {

jack_port_t* add_port(jack_client_t* client, const char* name, unsigned long direction) {
  jack_port_t* port = jack_port_register(client, name, JACK_DEFAULT_AUDIO_TYPE, direction, 0);
  if (port == nullptr) throw LoopError("JACK has no port left");
  return port;
}

void connect_ports(jack_client_t* client, const char* source, const char* destination) {
  const int result = jack_connect(client, source, destination);
  if (result != 0 && result != EEXIST)
    throw LoopError(std::string("cannot connect ") + source + " to " + destination + ": do both exist?");
}

float* buffer_of(jack_port_t* port, jack_nframes_t frames) {
  return static_cast<float*>(jack_port_get_buffer(port, frames));
}

template <class Sample>
std::span<Sample> from(std::span<Sample> samples, std::int64_t position) {
  return samples.subspan(
      std::min(samples.size(), static_cast<std::size_t>(std::max<std::int64_t>(0, position))));
}

}  // namespace

Loop::Client Loop::open(const char* name) {
  jack_status_t status{};
  Client client(jack_client_open(name, JackNoStartServer, &status));
  if (!client) throw LoopError("no JACK server answers; JACK_DEFAULT_SERVER says which one is asked");
  return client;
}

Loop::Loop(std::span<const float> sound, std::size_t recorded_frames, const LoopOptions& options)
    : sound_(sound.begin(), sound.end()),
      recording_(recorded_frames, 0.0F),
      lost_(sound.size() + recorded_frames),
      player_(open("namrack-loop-play")),
      recorder_(open("namrack-loop-record")) {
  play_port_ = add_port(player_.get(), "out", JackPortIsOutput);
  record_port_ = add_port(recorder_.get(), "in", JackPortIsInput);
  jack_set_process_callback(player_.get(), &Loop::play, this);
  jack_set_process_callback(recorder_.get(), &Loop::record, this);
  jack_on_shutdown(
      recorder_.get(), [](void* self) { static_cast<Loop*>(self)->server_gone_.store(true); }, this);
  jack_set_xrun_callback(
      recorder_.get(),
      [](void* self) {
        static_cast<Loop*>(self)->xruns_.fetch_add(1);
        return 0;
      },
      this);
  if (jack_activate(player_.get()) != 0 || jack_activate(recorder_.get()) != 0)
    throw LoopError("JACK refuses to activate the client");
  connect(options);
}

Loop::~Loop() = default;

double Loop::sample_rate() const {
  return jack_get_sample_rate(recorder_.get());
}

std::int64_t Loop::position_at(jack_nframes_t frame_time) const noexcept {
  // Frame times wrap around, and a period that began before the sound counts as negative.
  return static_cast<std::int32_t>(frame_time - begin_.load(std::memory_order_relaxed));
}

void Loop::connect(const LoopOptions& options) const {
  connect_ports(player_.get(), play_port(), options.to.c_str());
  connect_ports(recorder_.get(), options.from.c_str(), record_port());
  if (!options.listen) return;
  const std::unique_ptr<const char*, void (*)(const char**)> outputs(
      jack_get_ports(recorder_.get(), nullptr, JACK_DEFAULT_AUDIO_TYPE, JackPortIsPhysical | JackPortIsInput),
      [](const char** ports) { jack_free(static_cast<void*>(ports)); });
  for (std::size_t i = 0; outputs && i < 2 && outputs.get()[i] != nullptr; ++i)
    connect_ports(recorder_.get(), options.from.c_str(), outputs.get()[i]);
}

int Loop::play(jack_nframes_t frames, void* self) noexcept {
  auto& loop = *static_cast<Loop*>(self);
  float* out = buffer_of(loop.play_port_, frames);
  std::size_t count = 0;
  if (loop.go_.load(std::memory_order_acquire)) {
    const jack_nframes_t now = jack_last_frame_time(loop.player_.get());
    if (!loop.begun_.load(std::memory_order_relaxed)) {
      loop.begin_.store(now, std::memory_order_relaxed);
      loop.begun_.store(true, std::memory_order_release);
    }
    const std::span<const float> rest = from(std::span<const float>(loop.sound_), loop.position_at(now));
    count = std::min<std::size_t>(frames, rest.size());
    std::copy_n(rest.data(), count, out);
    loop.lost_.fetch_sub(count, std::memory_order_relaxed);
  }
  std::fill(out + count, out + frames, 0.0F);
  return 0;
}

int Loop::record(jack_nframes_t frames, void* self) noexcept {
  auto& loop = *static_cast<Loop*>(self);
  const float* in = buffer_of(loop.record_port_, frames);
  if (!loop.begun_.load(std::memory_order_acquire)) return 0;
  const std::int64_t position = loop.position_at(jack_last_frame_time(loop.recorder_.get()));
  const std::span<float> rest = from(std::span<float>(loop.recording_), position);
  if (position >= 0) {
    const std::size_t count = std::min<std::size_t>(frames, rest.size());
    std::copy_n(in, count, rest.data());
    loop.lost_.fetch_sub(count, std::memory_order_relaxed);
  }
  if (rest.size() <= frames) loop.finished_.store(true, std::memory_order_release);
  return 0;
}

}  // namespace namrack::demo
