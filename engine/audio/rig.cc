#include "engine/audio/rig.h"

#include <algorithm>

#include "engine/base/flush_denormals.h"

namespace namrack::engine {
using State = Change::State;

Rig::Rig(double sample_rate) {
  set_sample_rate(sample_rate);
}

void Rig::apply_idle() {
  // In their order: what was under way or waiting, what was scheduled, what is queued.
  output_.begin_block();
  output_.end_ramps();
  chain_.end_now();
  while (Change* const change = schedule_.take_first()) chain_.carry_out_now(*change);
  while (Change* const change = trip_.receive()) chain_.carry_out_now(*change);
  chain_.end_now();
}

std::unique_ptr<Path> Rig::set_sample_rate(double sample_rate) {
  input_.set_sample_rate(sample_rate);
  output_.set_sample_rate(sample_rate);
  return chain_.set_sample_rate(sample_rate);
}

void Rig::receive(std::uint64_t first_frame) NAMRACK_REALTIME {
  while (Change* const change = trip_.receive()) {
    const bool is_late = change->at_frame != Change::kNow && change->at_frame < first_frame;
    if (is_late) {
      trip_.send_back(*change, State::too_late, first_frame);
      continue;
    }
    change->due =
        change->at_frame != Change::kNow ? change->at_frame : schedule_.frame_for_now(*change, first_frame);
    schedule_.add(*change);
  }
  chain_.give_up_cancelled(first_frame);
  if (schedule_.is_empty()) return;
  while (Change* const change = schedule_.take_cancelled())
    trip_.send_back(*change, State::cancelled, first_frame);
}

bool Rig::act(const Action& action, std::uint64_t frame) NAMRACK_REALTIME {
  Change* const change = trip_.make(action);
  if (change == nullptr) return false;
  change->due = frame;
  schedule_.add(*change);
  return true;
}

void Rig::process(ConstBlock in, Block out, std::uint64_t first_frame) NAMRACK_REALTIME {
  const ScopedFlushDenormals flush_denormals;
  receive(first_frame);
  output_.begin_block();
  for (std::size_t done = 0; done < out.frames();) {
    const std::uint64_t frame = first_frame + done;
    while (Change* const change = schedule_.take_due(frame)) chain_.begin(*change, frame);
    std::size_t frames = schedule_.frames_until_next(frame, std::min(out.frames() - done, kMaxFrames));
    frames = chain_.frames_until_next(frame, frames);
    process_part(in.part(done, frames), out.part(done, frames));
    done += frames;
    chain_.go_on(first_frame + done);
  }
  input_.end_block();
}

void Rig::process_part(const ConstBlock& in, const Block& out) NAMRACK_REALTIME {
  const Block dry = dry_.like(in);
  input_.take(in, dry);  // `out` may be the memory of `in`
  chain_.let_listen(schedule_, dry.frames());
  if (!chain_.process(dry, out)) faults_.fetch_add(1, std::memory_order_relaxed);
  output_.process(out, chain_.ceiling());
}

}  // namespace namrack::engine
