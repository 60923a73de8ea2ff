#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/connections.h"
#include "daemon/jack_client.h"
#include "daemon/jack_thread.h"
#include "player/audio_state.h"
#include "player/midi_control.h"
#include "player/player.h"
#include "player/problems.h"

namespace namrack::daemon {

/// What clients may know about JACK.
struct JackStatus {
  bool connected = false;
  std::string client;
  std::uint32_t sample_rate = 0;  ///< Hz; 0 while not connected
  std::uint32_t buffer_size = 0;  ///< frames; 0 while not connected
  bool realtime = false;          ///< the audio thread is scheduled so, whatever the server intends
  std::uint64_t xruns = 0;        ///< since the daemon started
  friend bool operator==(const JackStatus&, const JackStatus&) = default;
};

/// Keeps the daemon connected to JACK: waits for a server, connects, notices when it goes away or hangs, and
/// comes back with the same ports, connections and sound. Thread: control; libjack is called on the
/// JackThread alone.
///
///     waiting --open--> preparing --activate--> playing --lost or hung--> closing --> waiting
///                           ^----- new rate -------|
///
/// When a call hangs, its thread is given up together with the client, the server is made to forget that
/// client, and another thread goes on.
class JackSupervisor {
 public:
  JackSupervisor(boost::asio::io_context& control, player::Pulse& pulse, player::AudioState& audio,
                 player::Player& player, player::MidiControl& midi, player::Problems& problems,
                 JackPolicy policy);

  const JackStatus& status() const { return status_; }
  /// A server has been there at least once.
  bool has_connected() const { return connected_once_; }
  /// Called whenever status() has changed, xruns excepted.
  void on_change(std::function<void()> callback) { changed_ = std::move(callback); }
  /// Why it is not connected, as one sentence; empty while it is, or nothing is known yet.
  const std::string& reason() const { return reason_; }
  /// Called when an attempt to connect has failed.
  void on_failure(std::function<void(const std::string&)> callback) { failed_ = std::move(callback); }

  /// Runs until stop().
  boost::asio::awaitable<void> run();
  /// Ends the connection; returns when the audio thread has left the rig.
  boost::asio::awaitable<void> stop();
  /// Ends the JACK thread, waiting at most `patience`. False: a call hangs, and is left to the system.
  bool stop_thread(std::chrono::milliseconds patience);
  /// Tells JACK when the delay of what plays has changed.
  void update_latency();

 private:
  using Client = std::shared_ptr<JackClient>;

  bool take_thread();
  boost::asio::awaitable<Client> open();
  boost::asio::awaitable<void> play(Client client);
  boost::asio::awaitable<void> play_at(Client client, std::uint32_t rate);
  boost::asio::awaitable<void> activate_and_connect(Client client);
  boost::asio::awaitable<void> keep_connected(Client client, std::shared_ptr<JackThread> thread);
  boost::asio::awaitable<bool> look_at_graph(Client client, std::shared_ptr<JackThread> thread);
  boost::asio::awaitable<void> silence(Client client);
  boost::asio::awaitable<void> close(Client client);
  boost::asio::awaitable<void> pause(std::chrono::milliseconds duration);
  void want_first_connections(const ConnectionSet& physical);
  bool want_new_midi_ports(const std::vector<std::string>& ports);
  void note_connected(JackClient& client);
  void note_limits(const JackClient& client);
  void note_signals(JackClient& client);
  void note_scheduling(const JackClient& client);
  void complain(const std::string& reason);
  void publish();

  boost::asio::io_context& control_;
  player::Pulse& pulse_;
  player::AudioState& audio_;
  player::Player& player_;
  player::MidiControl& midi_;
  player::Problems& problems_;
  JackPolicy policy_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<JackThread> thread_;
  std::vector<std::shared_ptr<JackThread>> hanging_;  // given up; used again when they have come back
  Client client_;                                     // while its audio may run
  ConnectionMemory memory_;
  std::vector<std::string> midi_ports_;  // that we would like to be connected to, of those that are there
  JackStatus status_;
  std::string reason_;
  int latency_repeats_ = 0;         // without a change of the graph
  std::uint64_t former_xruns_ = 0;  // of earlier connections
  bool connected_once_ = false;
  bool stopping_ = false;
  bool finished_ = true;
  std::function<void()> changed_;
  std::function<void(const std::string&)> failed_;
};

}  // namespace namrack::daemon
