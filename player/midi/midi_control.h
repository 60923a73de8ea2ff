#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/audio/midi/input.h"
#include "player/event_hub.h"
#include "player/log_limiter.h"
#include "player/midi/midi_map.h"
#include "player/player.h"
#include "player/pulse.h"
#include "protocol/request.h"

namespace namrack::player {

/// What `midi.map` and `midi.learn` have done.
struct MidiMapped {
  MidiMapping mapping;
  std::vector<MidiMapping> replaced;  ///< what the same message did before
  std::uint64_t rev = 0;
};

/// The map of MIDI messages, and what they ask of the player: gives the audio thread what it carries out by
/// itself, and carries out the rest. Thread: control. Methods that take requests throw ProtocolError.
class MidiControl {
 public:
  MidiControl(boost::asio::io_context& control, Pulse& pulse, engine::AudioState& audio, Player& player,
              EventHub& events);

  MidiMapped map(protocol::MidiMapRequest request, Origin origin);
  /// Returns when a message has come and is mapped. Ends when `client` leaves, so that no later press is
  /// taken.
  boost::asio::awaitable<MidiMapped> learn(protocol::MidiLearnRequest request, const Subscriber& client);
  /// Ends a learn() that waits. False: none did.
  bool cancel();
  /// How many have been removed. Of none that was named: E_NOT_FOUND.
  std::size_t unmap(const protocol::MidiUnmapRequest& request, Origin origin);
  void set(const protocol::MidiSetRequest& request, Origin origin);

  const MidiMap& midi_map() const { return map_; }
  /// Messages that are being carried out. While there are any, neither this object nor the player may end.
  std::size_t open_messages() const { return open_messages_; }
  bool is_learning() const { return learning_ != nullptr; }
  std::uint64_t messages() const { return audio_.midi.messages(); }
  std::uint64_t dropped() const { return audio_.midi.dropped() + overtaken_; }
  std::uint64_t malformed() const { return audio_.midi.malformed(); }

  /// What is mapped to a scene follows it.
  void rename_scene(const std::string& name, const std::string& to);
  /// At start.
  void restore(MidiMap map);

  /// Whether something is connected to the MIDI port.
  void set_connected(bool connected) { connected_ = connected; }
  bool is_connected() const { return connected_; }
  /// Carries out what has come, as every beat does.
  void look();

 private:
  struct Learning;

  /// What a message asks of the control thread. No action: a program that chooses a scene by its number.
  struct Wanted {
    MidiMessage message;
    std::optional<protocol::MidiAction> action;
    std::uint64_t frame = 0;
  };

  Pulse::Period next_look() const;
  void require_target(const protocol::MidiAction& action) const;
  MidiMapped enter(MidiMapping mapping, bool add, Origin origin);
  MidiMapped replace(MidiMapping mapping);
  void insert(MidiMapping mapping);
  void use_map();
  void publish(std::string_view change, boost::json::object data, Origin origin);
  boost::asio::awaitable<void> wait_for_message(std::shared_ptr<Learning> learning,
                                                std::chrono::duration<double, std::milli> patience,
                                                const Subscriber& client);
  bool is_learned(const MidiMessage& message);
  void answer(const engine::MidiNews& news, std::vector<Wanted>& wanted);
  void want(Wanted one, std::vector<Wanted>& wanted);
  bool overtakes(const Wanted& newer, const Wanted& older) const;
  bool is_there(const Wanted& wanted) const;
  boost::asio::awaitable<void> carry_out(Wanted wanted);
  boost::asio::awaitable<void> begin(protocol::MidiAction action, protocol::When when);
  void report_failure(const MidiMessage& message, const protocol::ProtocolError& error);

  boost::asio::io_context& control_;
  engine::AudioState& audio_;
  Player& player_;
  EventHub& events_;
  MidiMap map_;
  std::shared_ptr<Learning> learning_;
  std::size_t open_messages_ = 0;
  std::uint64_t overtaken_ = 0;  ///< messages that a newer one has taken the place of before they began
  std::uint32_t last_id_ = 0;
  bool connected_ = false;
  LogLimiter failure_log_{3, 10.0};
  Pulse::Clock::time_point last_message_{};
  Pulse::Listener beat_;
};

}  // namespace namrack::player
