#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>

#include "engine/audio/audio_state.h"
#include "player/changes/open_changes.h"
#include "protocol/request.h"

namespace namrack::player {

/// Turns the times of requests into frames, and waits for them. Thread: control.
class Timing {
 public:
  explicit Timing(const engine::AudioState& audio) : audio_(audio) {}

  /// Whether audio runs. Without it all times are now.
  void set_running(bool running) { is_running_ = running; }

  /// The first frame of the block that plays; nullopt: no audio runs.
  std::optional<std::uint64_t> current_frame() const;
  double seconds_until(std::uint64_t at_frame) const;
  /// nullopt: at once. Throws ProtocolError where there are no bars and beats, or they have passed.
  std::optional<std::uint64_t> frame_of(const protocol::When& when) const;
  /// Returns when it is time to prepare what is to happen then. `when` is turned into a frame as far as that
  /// is certain. Throws ProtocolError, also when the change is cancelled meanwhile.
  boost::asio::awaitable<void> wait_until_near(protocol::When& when, Change& change) const;

 private:
  double beats_to_prepare(const engine::TransportPosition& now) const;
  std::uint64_t frame_of_beat(const protocol::When& when) const;

  const engine::AudioState& audio_;
  bool is_running_ = false;
};

}  // namespace namrack::player
