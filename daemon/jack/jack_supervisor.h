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

#include "daemon/jack/jack_client.h"
#include "daemon/jack/jack_threads.h"
#include "daemon/jack/jack_wiring.h"
#include "engine/audio/audio_state.h"
#include "player/midi/midi_control.h"
#include "player/player.h"
#include "player/problems.h"

namespace namrack::daemon {

/// The state of JACK, as clients see it.
struct JackStatus {
  bool connected = false;
  std::string client;
  std::uint32_t sample_rate = 0;  ///< Hz; 0 while not connected
  std::uint32_t buffer_size = 0;  ///< frames; 0 while not connected
  bool realtime = false;          ///< the audio thread is scheduled so, whatever the server intends
  friend bool operator==(const JackStatus&, const JackStatus&) = default;
};

/// Keeps the daemon connected to JACK: waits for a server, connects, notices when it goes away or hangs, and
/// comes back with the same ports, connections and sound. Thread: control; libjack is called on the
/// JackThread alone.
///
///     waiting --open--> preparing --activate--> playing --lost or hung--> closing --> waiting
///                           ^----- new rate -------|
///
class JackSupervisor {
 public:
  JackSupervisor(boost::asio::io_context& control, player::Pulse& pulse, engine::AudioState& audio,
                 player::Player& player, player::MidiControl& midi, player::Problems& problems,
                 JackPolicy policy);

  const JackStatus& status() const { return status_; }
  /// A server has been there at least once.
  bool has_connected() const { return wiring_.has_connected(); }
  /// Called whenever status() has changed.
  void on_change(std::function<void()> callback) { changed_ = std::move(callback); }
  /// Why it is not connected, as one sentence; empty while it is, or nothing is known yet.
  const std::string& reason() const { return reason_; }
  /// Called when an attempt to connect has failed.
  void on_failure(std::function<void(const std::string&)> callback) { failed_ = std::move(callback); }

  /// Runs until stop().
  boost::asio::awaitable<void> run();
  /// Ends the connection; returns when the audio thread has left the rig.
  boost::asio::awaitable<void> stop();
  /// Ends the JACK threads, waiting at most `patience`. False: a call hangs, and is left to the system.
  bool stop_threads(std::chrono::milliseconds patience) { return threads_.stop(patience); }
  /// Tells JACK when the delay of what plays has changed.
  void update_latency();

 private:
  using Client = std::shared_ptr<JackClient>;
  enum class Phase { idle, running, stopping, ended };

  bool is_stopping() const { return phase_ >= Phase::stopping; }
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
  void note_connected(JackClient& client);
  void note_limits(const JackClient& client);
  void note_signals(JackClient& client);
  void note_scheduling(const JackClient& client);
  void complain(const std::string& reason);
  void publish();

  boost::asio::io_context& control_;
  player::Pulse& pulse_;
  engine::AudioState& audio_;
  player::Player& player_;
  player::MidiControl& midi_;
  player::Problems& problems_;
  boost::asio::steady_timer timer_;
  JackThreads threads_;
  Client client_;  // while its audio may run
  JackWiring wiring_;
  JackStatus status_;
  std::string reason_;
  Phase phase_ = Phase::idle;
  std::function<void()> changed_;
  std::function<void(const std::string&)> failed_;
};

}  // namespace namrack::daemon
