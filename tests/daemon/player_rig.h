#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "daemon/audio_state.h"
#include "daemon/event_hub.h"
#include "daemon/player.h"
#include "daemon/worker.h"

namespace namrack::daemon {

/// A player whose audio thread and control thread are both the test's.
struct PlayerRig {
  static constexpr std::size_t kBlock = 64;

  /// Lets a constant run through the rack, as JACK would.
  std::vector<float> play(std::size_t frames, float value = 1.0F) {
    const std::vector<float> in(kBlock, value);
    std::vector<float> out(frames);
    for (std::size_t done = 0; done < frames; done += kBlock) {
      const std::size_t block = std::min(kBlock, frames - done);
      audio.process(in.data(), out.data() + done, block, frame);
      frame += static_cast<std::uint32_t>(block);
    }
    return out;
  }

  boost::asio::io_context io;
  AudioState audio{48000.0};
  Worker readers{io, "readers", 0}, builder{io, "builder", 0};
  EventHub events;
  Player player{io, audio, readers, builder, events, ModelPaths({}, false)};
  std::uint32_t frame = 1000;
};

}  // namespace namrack::daemon
