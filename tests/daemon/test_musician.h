#pragma once

#include <jack/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace namrack::test {

/// The frame at which a piece begins, chosen by the player in its audio thread: a little ahead, so that the
/// recorder, which runs in every block too, cannot miss it however slow the machine is. Chosen again where
/// JACK's frames jump.
struct Cue {
  std::atomic<bool> given{false};
  std::atomic<std::uint32_t> frame{0};
};

/// One JACK client with one port: either the guitar, which plays, or the recorder. Two clients rather than
/// one, because a client that feeds itself through another one gets a block of delay.
class TestPort {
 public:
  enum class Kind { plays, records };
  TestPort(const std::string& server, const std::string& name, Kind kind);
  ~TestPort();
  TestPort(const TestPort&) = delete;
  TestPort& operator=(const TestPort&) = delete;

  const std::string& port_name() const { return port_name_; }
  /// First frame of the next block, as JACK counts.
  std::uint32_t frame() const { return next_frame_.load(); }
  double sample_rate() const;

  void connect(const std::string& source, const std::string& destination) const;
  void disconnect(const std::string& source, const std::string& destination) const;
  std::vector<std::string> connections_of(const std::string& port) const;
  bool has_port(const std::string& port) const;
  /// Capture latency of this port's signal, in frames, as JACK computes it.
  std::uint32_t capture_latency() const;
  void set_block(std::uint32_t frames) const;
  /// Lets JACK run as fast as it can: no clock, hence no xruns, hence exact results on any machine.
  void set_freewheel(bool on) const;

  /// Plays `signal` once and gives the cue for it.
  void play(std::vector<float> signal, Cue& cue);
  /// Forgets signal and cue; returns when the audio thread has.
  void stop_playing();
  /// Plays a sine until further notice; `amplitude` 0 ends it.
  void play_sine(double hertz, float amplitude);
  /// The same, but without a jump in phase where JACK leaves out frames.
  void play_steady_sine(double hertz, float amplitude);
  /// Records `frames` frames from the cue or from `start` on. finish_recording() returns them, or throws
  /// after two minutes.
  void start_recording(const Cue& cue, std::size_t frames);
  void start_recording(std::uint32_t start, std::size_t frames);
  std::vector<float> finish_recording();
  /// Records until a good while of complete silence has followed sound; the recording holds the last frames.
  void record_until_silence();
  /// Returns when record_until_silence() has heard enough to compare an end with.
  void wait_for_sound() const;

 private:
  static int process(std::uint32_t frames, void* self);
  /// Not inlined: process() must have no exception table, see there.
  [[gnu::noinline]] void process_block(std::uint32_t frames) noexcept;
  void play_block(float* out, std::uint32_t first, std::uint32_t frames) noexcept;
  void record_tail(const float* in, std::uint32_t frames) noexcept;
  void record_block(const float* in, std::uint32_t first, std::uint32_t frames) noexcept;

  Kind kind_;
  jack_client_t* client_ = nullptr;
  jack_port_t* port_ = nullptr;
  std::string port_name_;
  std::atomic<std::uint32_t> next_frame_{0};

  std::vector<float> signal_;  // of the audio thread while busy_
  std::uint32_t start_ = 0;
  std::atomic<bool> busy_{false};
  Cue* gives_ = nullptr;
  const Cue* awaits_ = nullptr;
  // record_until_silence(): signal_ is a ring.
  bool until_silence_ = false;
  std::size_t write_ = 0, silent_ = 0;
  std::atomic<std::size_t> heard_{0};
  std::atomic<bool> steady_{false};
  std::uint32_t played_ = 0;  // frames
  std::atomic<double> sine_step_{0.0};
  std::atomic<float> sine_amplitude_{0.0F};
};

/// The sine that play_sine() plays, at these frames.
std::vector<float> sine_from(std::uint32_t start, std::size_t frames, double hertz, float amplitude,
                             double rate);

}  // namespace namrack::test
