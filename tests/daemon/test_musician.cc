#include "tests/daemon/test_musician.h"

#include <jack/jack.h>
#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <thread>

namespace namrack::test {
namespace {

// The player holds JACK back a little, so that other programs on a small machine get on in freewheel mode
// too.
constexpr std::chrono::microseconds kNap{100};

// From a cue to its frame: several of the longest blocks used here.
constexpr std::uint32_t kLead = 8192;

// Frames that record_until_silence() keeps.
constexpr std::size_t kTail = std::size_t{1} << 17U;

float sine_at(std::uint32_t frame, double step, float amplitude) {
  // The phase is taken from the frame alone, so that a block that JACK left out does not shift the rest.
  return amplitude *
         static_cast<float>(std::sin(std::fmod(static_cast<double>(frame) * step, 2.0 * std::numbers::pi)));
}

double step_of(double hertz, double rate) {
  return 2.0 * std::numbers::pi * hertz / rate;
}

void require(int result, const char* what) {
  if (result != 0) throw std::runtime_error(std::string(what) + " failed");
}

}  // namespace

std::vector<float> sine_from(std::uint32_t start, std::size_t frames, double hertz, float amplitude,
                             double rate) {
  std::vector<float> signal(frames);
  for (std::size_t i = 0; i < frames; ++i)
    signal[i] = sine_at(start + static_cast<std::uint32_t>(i), step_of(hertz, rate), amplitude);
  return signal;
}

TestPort::TestPort(const std::string& server, const std::string& name, Kind kind) : kind_(kind) {
  jack_status_t status{};
  const auto options = static_cast<jack_options_t>(JackNoStartServer | JackServerName);
  client_ = ::jack_client_open(name.c_str(), options, &status, server.c_str());
  if (client_ == nullptr) throw std::runtime_error("no JACK server " + server);
  const auto flags = kind == Kind::plays ? JackPortIsOutput : JackPortIsInput;
  port_ = ::jack_port_register(client_, "p", JACK_DEFAULT_AUDIO_TYPE, flags, 0);
  port_name_ = ::jack_port_name(port_);
  ::jack_set_process_callback(client_, &TestPort::process, this);
  require(::jack_activate(client_), "jack_activate");
}

TestPort::~TestPort() {
  ::jack_client_close(client_);
}

double TestPort::sample_rate() const {
  return ::jack_get_sample_rate(client_);
}

void TestPort::connect(const std::string& source, const std::string& destination) const {
  require(::jack_connect(client_, source.c_str(), destination.c_str()), "jack_connect");
}

void TestPort::disconnect(const std::string& source, const std::string& destination) const {
  require(::jack_disconnect(client_, source.c_str(), destination.c_str()), "jack_disconnect");
}

bool TestPort::has_port(const std::string& port) const {
  return ::jack_port_by_name(client_, port.c_str()) != nullptr;
}

std::vector<std::string> TestPort::connections_of(const std::string& port) const {
  std::vector<std::string> names;
  jack_port_t* const found = ::jack_port_by_name(client_, port.c_str());
  if (found == nullptr) return names;
  const char** const list = ::jack_port_get_all_connections(client_, found);
  for (const char** name = list; name != nullptr && *name != nullptr; ++name) names.emplace_back(*name);
  if (list != nullptr) ::jack_free(static_cast<void*>(list));
  std::sort(names.begin(), names.end());
  return names;
}

std::uint32_t TestPort::capture_latency() const {
  jack_latency_range_t range{};
  ::jack_port_get_latency_range(port_, JackCaptureLatency, &range);
  return range.max;
}

void TestPort::set_block(std::uint32_t frames) const {
  require(::jack_set_buffer_size(client_, frames), "jack_set_buffer_size");
}

void TestPort::set_freewheel(bool on) const {
  require(::jack_set_freewheel(client_, on ? 1 : 0), "jack_set_freewheel");
}

void TestPort::play(std::vector<float> signal, Cue& cue) {
  signal_ = std::move(signal);
  gives_ = &cue;
  busy_ = true;
}

void TestPort::stop_playing() {
  busy_ = false;
  const std::uint32_t frame = next_frame_;
  while (next_frame_ == frame) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void TestPort::play_sine(double hertz, float amplitude) {
  sine_step_ = step_of(hertz, sample_rate());
  sine_amplitude_ = amplitude;
}

void TestPort::play_steady_sine(double hertz, float amplitude) {
  steady_ = true;
  play_sine(hertz, amplitude);
}

void TestPort::start_recording(const Cue& cue, std::size_t frames) {
  signal_.assign(frames, 0.0F);
  awaits_ = &cue;
  busy_ = true;
}

void TestPort::start_recording(std::uint32_t start, std::size_t frames) {
  signal_.assign(frames, 0.0F);
  awaits_ = nullptr;
  start_ = start;
  busy_ = true;
}

void TestPort::record_until_silence() {
  signal_.assign(kTail, 0.0F);
  until_silence_ = true;
  busy_ = true;
}

void TestPort::wait_for_sound() const {
  while (heard_ < kTail) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

void TestPort::record_tail(const float* in, std::uint32_t frames) noexcept {
  for (std::uint32_t i = 0; i < frames; ++i) {
    signal_[write_] = in[i];
    write_ = (write_ + 1) % kTail;
    silent_ = in[i] == 0.0F ? silent_ + 1 : 0;
    if (in[i] != 0.0F) heard_.fetch_add(1);
    if (heard_ > 0 && silent_ >= kTail / 4) {
      std::rotate(signal_.begin(), signal_.begin() + static_cast<long>(write_), signal_.end());
      busy_ = false;
      return;
    }
  }
}

std::vector<float> TestPort::finish_recording() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (busy_) {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("the recording never ended");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return std::move(signal_);
}

// libjack ends its thread by asynchronous cancellation, which must not hit code that promises not to throw.
int TestPort::process(std::uint32_t frames, void* self) {
  int former = 0;
  ::pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &former);
  int state = 0;
  ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
  static_cast<TestPort*>(self)->process_block(frames);
  ::pthread_setcancelstate(state, nullptr);
  ::pthread_setcanceltype(former, nullptr);
  return 0;
}

void TestPort::process_block(std::uint32_t frames) noexcept {
  const std::uint32_t first = ::jack_last_frame_time(client_);
  auto* buffer = static_cast<float*>(::jack_port_get_buffer(port_, frames));
  if (kind_ == Kind::plays)
    play_block(buffer, first, frames);
  else
    record_block(buffer, first, frames);
  next_frame_ = first + frames;
}

void TestPort::play_block(float* out, std::uint32_t first, std::uint32_t frames) noexcept {
  std::this_thread::sleep_for(kNap);
  const float amplitude = sine_amplitude_;
  const double step = sine_step_;
  const std::uint32_t phase = steady_ ? played_ : first;
  for (std::uint32_t i = 0; i < frames; ++i) out[i] = sine_at(phase + i, step, amplitude);
  played_ += frames;
  if (!busy_) return;
  // JACK's frames jump when freewheeling begins, on a busy machine perhaps behind the cue: then it is given
  // anew.
  if (!gives_->given || first != next_frame_) {
    gives_->frame = start_ = first + kLead;
    gives_->given = true;
  }
  for (std::uint32_t i = 0; i < frames; ++i) {
    const std::uint32_t index = first + i - start_;  // modulo 2^32: huge before the start
    if (index < signal_.size()) out[i] = signal_[index];
  }
}

void TestPort::record_block(const float* in, std::uint32_t first, std::uint32_t frames) noexcept {
  if (!busy_) return;
  if (until_silence_) {
    record_tail(in, frames);
    return;
  }
  if (awaits_ != nullptr) {
    if (!awaits_->given) return;
    start_ = awaits_->frame;
  }
  for (std::uint32_t i = 0; i < frames; ++i) {
    const std::uint32_t index = first + i - start_;
    if (index < signal_.size()) signal_[index] = in[i];
  }
  const auto after = static_cast<std::int32_t>(first + frames - start_);
  if (after >= 0 && static_cast<std::size_t>(after) >= signal_.size()) busy_ = false;
}

}  // namespace namrack::test
