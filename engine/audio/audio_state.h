#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/audio/dsp_load.h"
#include "engine/audio/midi/input.h"
#include "engine/audio/rig.h"
#include "engine/audio/transport.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// What a host knows of a block besides its sound.
struct HostBlock {
  const TransportPosition* position = nullptr;  ///< of the transport at its first frame; null while it stands
  std::span<const MidiEvent> midi = {};         ///< in the order of their offsets
  std::size_t lost_midi = 0;                    ///< messages that came as well, but could not be delivered
};

/// All that the audio thread may touch. Owned by the application; JACK's process callback gets at it through
/// an AudioGate only.
struct AudioState {
  explicit AudioState(double sample_rate);

  /// Audio thread. Real-time safe. `jack_frame` is JACK's 32-bit time of the block's first frame.
  void process(ConstBlock in, Block out, std::uint32_t jack_frame,
               const HostBlock& host = {}) NAMRACK_REALTIME;

  Rig rig;
  DspLoad load;         ///< since the start or the last reconnection
  DspLoad recent_load;  ///< since the control thread last looked; finds overloads
  DspLoad fade_load;    ///< since the latest swap was audible
  TransportClock transport;
  MidiInput midi;
  std::atomic<std::uint64_t> xruns{0};  ///< that the host has reported
  /// First frame of the latest block: never 0, always growing, its low 32 bits are JACK's frame time.
  std::atomic<std::uint64_t> frame{0};
  std::atomic<std::uint32_t> block_frames{0};  ///< of the latest block
  std::atomic<bool> freewheeling{false};       ///< then blocks have no deadline
};

/// The door between one JACK client and the AudioState. Once closed, the client's process callback does not
/// pass it until it is opened again, even if that client can not be closed because its server hangs.
class AudioGate {
 public:
  explicit AudioGate(AudioState& state) : state_(&state) {}

  /// Audio thread. Real-time safe. Plays silence when the gate is closed.
  void process(ConstBlock in, Block out, std::uint32_t jack_frame,
               const HostBlock& host = {}) NAMRACK_REALTIME;

  /// Control thread. After close(), the AudioState is free as soon as is_idle().
  void close() NAMRACK_REALTIME { open_.store(false); }
  void open() NAMRACK_REALTIME { open_.store(true); }
  bool is_idle() const NAMRACK_REALTIME { return !inside_.load(); }
  /// Any thread: the server runs as fast as it can, without deadlines.
  void set_freewheeling(bool on) NAMRACK_REALTIME {
    if (open_.load()) state_->freewheeling.store(on, std::memory_order_relaxed);
  }
  void count_xrun() NAMRACK_REALTIME {
    if (open_.load()) state_->xruns.fetch_add(1, std::memory_order_relaxed);
  }
  /// Blocks processed so far; stands still when the server hangs. Any thread.
  std::uint64_t cycles() const NAMRACK_REALTIME { return cycles_.load(std::memory_order_relaxed); }

 private:
  AudioState* state_;
  // Sequentially consistent: the audio thread sets inside_ and then reads open_, the control thread clears
  // open_ and then reads inside_. With weaker ordering both could miss each other.
  std::atomic<bool> open_{true};
  std::atomic<bool> inside_{false};
  std::atomic<std::uint64_t> cycles_{0};
};

}  // namespace namrack::engine
