#include "engine/audio/midi/actions.h"

namespace namrack::engine {
namespace {

// One switch, and then another. nullopt: nothing is left of both.
std::optional<BypassSwitch> combined(BypassSwitch first, BypassSwitch second) NAMRACK_REALTIME {
  if (second != BypassSwitch::toggle) return second;
  if (first == BypassSwitch::toggle) return std::nullopt;
  return first == BypassSwitch::on ? BypassSwitch::off : BypassSwitch::on;
}

}  // namespace

void MidiActions::begin_block(std::uint64_t first_frame, Rig& rig) NAMRACK_REALTIME {
  frames_ = 0;
  settings_ = rig.settings();
  if (!is_waiting_) return;
  for (const std::optional<Waiting>& waiting : waiting_)
    if (waiting) settings_ = waiting->action.settings.applied_to(settings_);
  go_to(first_frame, rig);
}

std::uint64_t MidiActions::add(const Action& action, std::size_t target, std::uint64_t frame,
                               std::uint64_t message, Rig& rig) NAMRACK_REALTIME {
  go_to(frame, rig);
  std::optional<Waiting>& waiting = waiting_[target];
  Action newest = action;
  if (waiting) count_dropped(waiting->message);
  if (waiting && action.bypass) newest.bypass = combined(*waiting->action.bypass, *action.bypass);
  settings_ = action.settings.applied_to(settings_);
  const bool is_nothing = action.bypass && !newest.bypass;
  waiting = is_nothing ? std::nullopt : std::optional(Waiting{newest, message});
  is_waiting_ = true;
  return frame_;
}

void MidiActions::go_to(std::uint64_t frame, Rig& rig) NAMRACK_REALTIME {
  if (frames_ > 0 && (frame == frame_ || frames_ == kMaxFramesPerBlock)) return;
  if (frames_ > 0) hand_over(rig);
  frame_ = frame;
  ++frames_;
}

void MidiActions::hand_over(Rig& rig) NAMRACK_REALTIME {
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
void MidiActions::count_dropped(std::uint64_t message) NAMRACK_REALTIME {
  if (message == last_dropped_) return;
  last_dropped_ = message;
  ++dropped_;
}

}  // namespace namrack::engine
