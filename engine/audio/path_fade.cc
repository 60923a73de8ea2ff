#include "engine/audio/path_fade.h"

#include <utility>

namespace namrack::engine {

std::unique_ptr<Path> PathFade::replace(std::unique_ptr<Path> path) NAMRACK_REALTIME {
  return std::exchange(current_, std::move(path));
}

void PathFade::begin(std::unique_ptr<Path> incoming, FadeKind kind, std::uint32_t frames) NAMRACK_REALTIME {
  incoming_ = std::move(incoming);
  const bool through_zero = kind == FadeKind::through_zero;
  phase_ = through_zero ? Phase::fading_out : Phase::crossfading;
  second_half_ = frames - frames / 2;
  fade_.go_to(true, through_zero ? frames / 2 : frames);
  if (!through_zero) shared_ = incoming_->go_live(*input_, *current_);
}

bool PathFade::go_on(std::size_t frames) NAMRACK_REALTIME {
  const Phase before = std::exchange(phase_, Phase::none);
  fade_.jump_to(false);
  if (before == Phase::fading_in) return true;
  outgoing_ = std::move(current_);
  current_ = std::move(incoming_);
  if (before == Phase::crossfading) return true;
  current_->end_ramps();
  current_->go_live(*input_, *outgoing_);
  fade_.jump_to(true);
  fade_.go_to(false, second_half_);
  fade_.hurry(frames);
  phase_ = Phase::fading_in;
  return fade_.left() == 0 && go_on(frames);
}

bool PathFade::process(const Block& block) NAMRACK_REALTIME {
  if (phase_ == Phase::none) return current_->process(block);
  const Block other = other_.like(block);
  bool sound = true;
  if (phase_ == Phase::crossfading) {
    sound = incoming_->process(block, 0, shared_);
    if (shared_ > 0) current_->take_key(*incoming_, block.frames());
    copy(block, other);
    sound = incoming_->process(other, shared_, incoming_->stages().size()) && sound;
    sound = current_->process(block, shared_, current_->stages().size()) && sound;
  } else {
    fill(other, 0.0F);
    sound = current_->process(block);
  }
  fade_.process(block, other, block);
  return sound;
}

}  // namespace namrack::engine
