#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "player/midi/midi_control.h"
#include "tests/common/model_path.h"
#include "tests/player/player_rig.h"

namespace namrack::player {

using protocol::MidiAction;
using protocol::MidiSwitch;
using protocol::MidiTarget;

inline MidiSource control(std::uint8_t number, std::optional<std::uint8_t> channel = std::nullopt) {
  return {.kind = MidiKind::control, .number = number, .channel = channel};
}
inline MidiAction set_action(Setting setting, double min, double max) {
  return {.target = MidiTarget::set, .setting = setting, .min = min, .max = max};
}
inline MidiMessage message(MidiKind kind, std::uint8_t number, std::uint8_t value, std::uint8_t channel = 1) {
  return {.kind = kind, .channel = channel, .number = number, .value = value};
}

/// A player that is played by MIDI.
struct MidiRig : PlayerRig {
  MidiRig() {
    player.set_running(true);
    play(kBlock);
  }

  void map(MidiSource source, MidiAction action) {
    midi.map({.source = source, .action = std::move(action)}, 0);
  }
  /// Sends bytes at this offset of the next block, and lets the control thread see to it.
  void send(std::vector<std::uint8_t> bytes, std::uint32_t offset = 0) {
    const engine::MidiEvent event = make(bytes, offset);
    send_all({&event, 1});
  }
  static engine::MidiEvent make(const std::vector<std::uint8_t>& bytes, std::uint32_t offset) {
    engine::MidiEvent event{.offset = offset, .size = static_cast<std::uint8_t>(bytes.size())};
    std::copy(bytes.begin(), bytes.end(), event.bytes.begin());
    return event;
  }
  void send_all(std::span<const engine::MidiEvent> messages) {
    std::vector<float> in(kBlock, 0.1F), out(kBlock);
    audio.process({in.data(), kBlock}, {out.data(), kBlock}, frame, {.midi = messages});
    frame += kBlock;
    run_control();
  }
  void run_control() {
    pulse.beat();
    io.run_for(std::chrono::milliseconds(2));
    io.restart();
  }
  /// For so long that whatever has been asked for has been heard.
  void play_a_while() {
    int left = 20;
    plays_until([&] { return player.changes().open().size() == 0 && left-- == 0; });
  }
  /// Plays on until it is so.
  template <typename Condition>
  bool plays_until(Condition condition) {
    for (int i = 0; i < 5000 && !condition(); ++i) {
      play(kBlock);
      run_control();
    }
    return condition();
  }
  /// What has been told of this topic since.
  std::vector<boost::json::object> told(protocol::Topic topic) {
    std::vector<boost::json::object> all;
    std::istringstream lines(ear.outbox().take(player.state().rev()));
    for (std::string line; std::getline(lines, line);) {
      const auto params = boost::json::parse(line).at("params").as_object();
      if (params.at("topic").as_string() == protocol::topic_name(topic)) all.push_back(params);
    }
    return all;
  }
  void listen() {
    events.add(ear);
    ear.subscribe({protocol::Topic::midi, protocol::Topic::bypass, protocol::Topic::scene,
                   protocol::Topic::params, protocol::Topic::swap},
                  {});
  }
  /// What is still on its way refers to what ends here.
  ~MidiRig() {
    plays_until([&] { return midi.open_messages() == 0 && player.changes().open().size() == 0; });
    events.remove(ear);
  }
  MidiRig(const MidiRig&) = delete;
  MidiRig& operator=(const MidiRig&) = delete;

  Subscriber ear{9, [] {}};
  MidiControl midi{io, pulse, audio, player, events};
};

struct MidiSceneRig : MidiRig {
  MidiSceneRig() {
    for (const char* name : {"a", "b", "c"}) {
      run(player.loading().load({.name = name, .path = test::model_path("a1_nano")}, 0));
      run(player.changes().swap({.name = name}, 0));
      player.show().save({.name = std::string("scene ") + name}, 0);
    }
  }
  bool comes_to(const std::string& scene) {
    return plays_until([&] { return player.show().book().current() == "scene " + scene; });
  }
};

}  // namespace namrack::player
