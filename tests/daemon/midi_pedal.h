#pragma once

#include <jack/types.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

namespace namrack::test {

/// A JACK client with a port that sends MIDI: the foot controller. Thread: one.
class MidiPedal {
 public:
  MidiPedal(const std::string& server, const std::string& name);
  ~MidiPedal();
  MidiPedal(const MidiPedal&) = delete;
  MidiPedal& operator=(const MidiPedal&) = delete;

  const std::string& port_name() const { return port_name_; }
  /// Sends a message of two or three bytes, so many frames into one of the next blocks. Returns its frame, as
  /// JACK counts.
  std::uint32_t send(std::array<std::uint8_t, 3> bytes, std::uint32_t offset, std::size_t size = 3);
  /// Sends so many messages of a controller at the first frame of one block; the last one has the value 0,
  /// the others have 127. Returns how many JACK has taken.
  std::size_t burst(std::uint8_t number, std::size_t count);

 private:
  static int process(std::uint32_t frames, void* self);
  void write_burst(void* buffer);

  jack_client_t* client_ = nullptr;
  jack_port_t* port_ = nullptr;
  std::string port_name_;
  std::array<std::uint8_t, 3> bytes_{};  // of the audio thread while pending_
  std::size_t size_ = 0;
  std::uint32_t offset_ = 0, sent_at_ = 0;
  std::size_t burst_ = 0, taken_ = 0;
  std::atomic<bool> pending_{false}, bursts_{false};
};

}  // namespace namrack::test
