#pragma once

#include <jack/types.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "daemon/jack/connections.h"
#include "engine/audio/audio_state.h"

namespace namrack::daemon {

/// The server does not want us, or no longer.
class JackUnavailable : public std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// There is no server.
class JackAbsent : public JackUnavailable {
  using JackUnavailable::JackUnavailable;
};

/// News from JACK's own threads. They only write here; the control thread looks now and then.
///
/// They must not call libjack: PipeWire's loop, which calls them, would be entered again, or by two threads
/// at once, and then hangs for ever or aborts.
struct JackSignals {
  std::atomic<bool> shut_down{false};         ///< the server is gone
  std::atomic<bool> graph_changed{true};      ///< ports or connections came or went
  std::atomic<bool> latency_changed{false};   ///< JACK wants to know our ports' latencies
  std::atomic<std::uint32_t> buffer_size{0};  ///< frames
  std::atomic<std::uint32_t> sample_rate{0};  ///< Hz
};

/// One connection to a JACK server, with the ports NAME:in, NAME:out and NAME:midi. The only code that knows
/// JACK.
///
/// Every method marked "JACK thread" asks the server and blocks for as long as the server hangs. All of them
/// are called from one thread.
class JackClient {
 public:
  /// JACK thread. Opens, registers ports and callbacks, but starts no audio. Throws JackUnavailable with a
  /// sentence that says why and what mends it. The client is never renamed.
  JackClient(const std::string& name, engine::AudioState& state);
  /// JACK thread.
  ~JackClient() { close(); }
  JackClient(const JackClient&) = delete;
  JackClient& operator=(const JackClient&) = delete;

  /// Sends libjack's messages to the log instead of stderr. Once, before the first client.
  static void route_messages();

  /// JACK thread: ends it; nothing but close() may follow.
  void close();
  /// JACK thread: starts the audio. Throws JackUnavailable.
  void activate();
  /// JACK thread: the connections of our ports.
  ConnectionSet connections() const;
  /// JACK thread: false when a port is missing or the server refuses.
  bool connect(const Connection& connection);
  /// JACK thread: where the first start connects to: the first physical capture port and the first two
  /// physical playback ports, so that both ears hear.
  ConnectionSet physical_connections() const;
  /// JACK thread: those of `named` that exist; if none is named, the physical ports that send MIDI.
  std::vector<std::string> midi_sources(const std::vector<std::string>& named) const;
  /// JACK thread: the ports that `policy` names and that do not exist.
  std::vector<MissingPort> missing_ports(const JackPolicy& policy) const;
  /// JACK thread: tells the graph what our ports' latencies are, if it does not know. False: nothing was new.
  bool announce_latency();

  /// Any thread.
  const std::string& input_port() const { return input_name_; }
  const std::string& output_port() const { return output_name_; }
  const std::string& midi_port() const { return midi_name_; }
  /// The server runs its clients' audio threads with real-time priority, if the system grants it.
  bool wants_realtime() const { return wants_realtime_; }
  /// The system's answer to that: whether our audio thread is scheduled SCHED_FIFO or SCHED_RR. Known
  /// after the first cycle.
  bool is_realtime() const;
  /// The priority that the server asks for.
  int realtime_priority() const { return realtime_priority_; }
  JackSignals& signals() { return signals_; }
  engine::AudioGate& gate() { return gate_; }
  /// Delay from `in` to `out`, in frames, without the block that JACK itself accounts for.
  std::atomic<std::uint32_t> latency_frames{0};

 private:
  static int process(std::uint32_t frames, void* self);
  /// Not inlined: process() must have no exception table, see there.
  [[gnu::noinline]] void process_block(std::uint32_t frames) noexcept;
  /// Puts the block's messages into midi_events_ and what is said of them into `block`.
  void read_midi(std::uint32_t frames, engine::HostBlock& block) noexcept;
  bool read_transport(engine::TransportPosition& position) const noexcept;
  static JackClient& self_of(void* self) { return *static_cast<JackClient*>(self); }
  void register_callbacks();
  void register_graph_callbacks();
  void await_begin_of_cycle() const;
  bool set_latency(bool capture);

  jack_client_t* client_ = nullptr;
  jack_port_t* input_ = nullptr;
  jack_port_t* output_ = nullptr;
  jack_port_t* midi_ = nullptr;
  std::string input_name_, output_name_, midi_name_;
  bool wants_realtime_ = false;
  int realtime_priority_ = 0;
  std::atomic<int> audio_thread_{0};  // its number in the system; 0: no cycle yet
  JackSignals signals_;
  engine::AudioGate gate_;
  /// More than fit into JACK's buffer of a port, 32 KiB at 12 bytes each: a release must not be cut off.
  static constexpr std::size_t kMaxMidiEvents = 4096;
  std::array<engine::MidiEvent, kMaxMidiEvents> midi_events_{};  // of the present block; audio thread
};

}  // namespace namrack::daemon
