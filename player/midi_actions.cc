#include "player/midi_actions.h"

namespace namrack::player {
using engine::BypassSwitch;
namespace {

// One switch, and then another. nullopt: nothing is left of both.
std::optional<BypassSwitch> combined(BypassSwitch first, BypassSwitch second) noexcept {
  if (second != BypassSwitch::toggle) return second;
  if (first == BypassSwitch::toggle) return std::nullopt;
  return first == BypassSwitch::on ? BypassSwitch::off : BypassSwitch::on;
}

}  // namespace

void MidiActions::begin_block(std::uint64_t first_frame, engine::Rig& rig) noexcept {
  frames_ = 0;
  settings_ = rig.settings();
  if (!is_waiting_) return;
  for (const std::optional<Waiting>& waiting : waiting_)
    if (waiting) settings_ = waiting->action.settings.applied_to(settings_);
  go_to(first_frame, rig);
}

std::uint64_t MidiActions::add(const engine::Action& action, std::size_t target, std::uint64_t frame,
                               std::uint64_t message, engine::Rig& rig) noexcept {
  go_to(frame, rig);
  std::optional<Waiting>& waiting = waiting_[target];
  engine::Action newest = action;
  if (waiting) count_dropped(waiting->message);
  if (waiting && action.bypass) newest.bypass = combined(*waiting->action.bypass, *action.bypass);
  settings_ = action.settings.applied_to(settings_);
  const bool is_nothing = action.bypass && !newest.bypass;
  waiting = is_nothing ? std::nullopt : std::optional(Waiting{newest, message});
  is_waiting_ = true;
  return frame_;
}

void MidiActions::go_to(std::uint64_t frame, engine::Rig& rig) noexcept {
  if (frames_ > 0 && (frame == frame_ || frames_ == kMaxFramesPerBlock)) return;
  if (frames_ > 0) hand_over(rig);
  frame_ = frame;
  ++frames_;
}

void MidiActions::hand_over(engine::Rig& rig) noexcept {
  if (!is_waiting_ || frames_ == 0) return;
  is_waiting_ = false;
  for (std::optional<Waiting>& waiting : waiting_) {
    if (!waiting) continue;
    if (rig.act(waiting->action, frame_))
      waiting.reset();
    else
      is_waiting_ = true;
  }
}

// A message that has several effects counts once.
void MidiActions::count_dropped(std::uint64_t message) noexcept {
  if (message == last_dropped_) return;
  last_dropped_ = message;
  ++dropped_;
}

}  // namespace namrack::player
