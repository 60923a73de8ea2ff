#pragma once

#include <jack/jack.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace namrack::demo {

/// JACK refused or went away; what() is one line.
class LoopError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct LoopOptions {
  std::string to;       ///< port that hears the sound, e.g. "namrack:in"
  std::string from;     ///< port that is recorded, e.g. "namrack:out"
  bool listen = false;  ///< connect `from` to the first two physical outputs as well
};

/// Plays a sound into one JACK port and records another. The two sides are separate JACK clients: one client
/// that did both would close a circle in JACK's graph and delay the recording by a period. As it is, sample 0
/// of the recording belongs to sample 0 of the sound.
///
/// One thread owns a Loop. The JACK threads of the two clients only copy samples and count.
class Loop {
 public:
  /// Connects to the server. `recorded_frames` is the length of the recording. Throws LoopError.
  Loop(std::span<const float> sound, std::size_t recorded_frames, const LoopOptions& options);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  double sample_rate() const;  ///< Hz
  const char* play_port() const { return jack_port_name(play_port_); }
  const char* record_port() const { return jack_port_name(record_port_); }
  /// Starts with the next period.
  void start() { go_.store(true, std::memory_order_release); }
  bool finished() const { return finished_.load(std::memory_order_acquire); }
  bool server_gone() const { return server_gone_.load(std::memory_order_relaxed); }
  unsigned xruns() const { return xruns_.load(std::memory_order_relaxed); }
  /// Once finished: frames that were not played or not recorded in time; they are silent.
  std::size_t lost_frames() const { return lost_.load(std::memory_order_relaxed); }
  /// The recording, once finished.
  std::span<const float> recording() const { return recording_; }

 private:
  struct CloseClient {
    void operator()(jack_client_t* client) const { jack_client_close(client); }
  };
  using Client = std::unique_ptr<jack_client_t, CloseClient>;

  static Client open(const char* name);
  void connect(const LoopOptions& options) const;
  /// Frames since the sound began.
  std::int64_t position_at(jack_nframes_t frame_time) const noexcept;
  static int play(jack_nframes_t frames, void* self) noexcept;
  static int record(jack_nframes_t frames, void* self) noexcept;

  std::vector<float> sound_, recording_;
  jack_port_t *play_port_ = nullptr, *record_port_ = nullptr;
  std::atomic<bool> go_{false}, finished_{false}, server_gone_{false};
  std::atomic<bool> begun_{false};        // set by the player in the period in which the sound begins
  std::atomic<jack_nframes_t> begin_{0};  // frame time of that period
  std::atomic<std::size_t> lost_;         // frames not recorded yet
  std::atomic<unsigned> xruns_{0};
  Client player_, recorder_;  // last, so that they are closed before what their threads use
};

}  // namespace namrack::demo
