#include "tests/daemon/midi_pedal.h"

#include <jack/jack.h>
#include <jack/midiport.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace namrack::test {

MidiPedal::MidiPedal(const std::string& server, const std::string& name) {
  jack_status_t status{};
  const auto options = static_cast<jack_options_t>(JackNoStartServer | JackServerName);
  client_ = ::jack_client_open(name.c_str(), options, &status, server.c_str());
  if (client_ == nullptr) throw std::runtime_error("no JACK server " + server);
  port_ = ::jack_port_register(client_, "p", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, 0);
  port_name_ = ::jack_port_name(port_);
  ::jack_set_process_callback(client_, &MidiPedal::process, this);
  if (::jack_activate(client_) != 0) throw std::runtime_error("jack_activate failed");
}

MidiPedal::~MidiPedal() {
  ::jack_client_close(client_);
}

std::uint32_t MidiPedal::send(std::array<std::uint8_t, 3> bytes, std::uint32_t offset, std::size_t size) {
  bytes_ = bytes;
  size_ = size;
  offset_ = offset;
  pending_ = true;
  while (pending_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return sent_at_;
}

std::size_t MidiPedal::burst(std::uint8_t number, std::size_t count) {
  bytes_ = {0xB0, number, 127};
  burst_ = count;
  bursts_ = true;
  while (bursts_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return taken_;
}

void MidiPedal::write_burst(void* buffer) {
  taken_ = 0;
  for (std::size_t i = 0; i < burst_; ++i) {
    if (i + 1 == burst_) bytes_[2] = 0;
    if (::jack_midi_event_write(buffer, 0, bytes_.data(), bytes_.size()) == 0) ++taken_;
  }
}

int MidiPedal::process(std::uint32_t frames, void* self) {
  auto& pedal = *static_cast<MidiPedal*>(self);
  void* const buffer = ::jack_port_get_buffer(pedal.port_, frames);
  ::jack_midi_clear_buffer(buffer);
  if (pedal.pending_ && pedal.offset_ < frames) {
    pedal.sent_at_ = ::jack_last_frame_time(pedal.client_) + pedal.offset_;
    ::jack_midi_event_write(buffer, pedal.offset_, pedal.bytes_.data(), pedal.size_);
    pedal.pending_ = false;
  }
  if (pedal.bursts_) {
    pedal.write_burst(buffer);
    pedal.bursts_ = false;
  }
  return 0;
}

}  // namespace namrack::test
