#include "engine/audio/audio_state.h"

#include <algorithm>

namespace namrack::engine {

AudioState::AudioState(double sample_rate) : rig(sample_rate) {
  load.configure(sample_rate);
  recent_load.configure(sample_rate);
  fade_load.configure(sample_rate);
}

void AudioState::process(ConstBlock in, Block out, std::uint32_t jack_frame,
                         const HostBlock& host) NAMRACK_REALTIME {
  const std::size_t frames = out.frames();
  const std::uint64_t last = frame.load(std::memory_order_relaxed);
  // The step is taken modulo 2^32, so that the count runs on when JACK's wraps, and also when a new server
  // starts again at 0.
  std::uint64_t first = last + (jack_frame - static_cast<std::uint32_t>(last));
  if (first == 0) first = 1;  // 0 means "no frame"
  frame.store(first, std::memory_order_relaxed);
  block_frames.store(static_cast<std::uint32_t>(frames), std::memory_order_relaxed);
  if (const TransportPosition* const at = host.position)
    transport.roll({first, at->beat, at->beats_per_bar, at->beats_per_minute});
  else
    transport.stand();
  midi.process(host.midi, first, frames, rig);
  midi.count_lost(host.lost_midi);

  if (freewheeling.load(std::memory_order_relaxed)) {
    rig.process(in, out, first);
    return;
  }
  load.begin();
  recent_load.begin();
  fade_load.begin();
  rig.process(in, out, first);
  fade_load.end(frames);
  recent_load.end(frames);
  load.end(frames);
}

void AudioGate::process(ConstBlock in, Block out, std::uint32_t jack_frame,
                        const HostBlock& host) NAMRACK_REALTIME {
  inside_.store(true);
  if (open_.load())
    state_->process(in, out, jack_frame, host);
  else
    fill(out, 0.0F);
  inside_.store(false);
  cycles_.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace namrack::engine
