#include "engine/audio/midi/input.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace namrack::engine {
namespace {

// After so long without a block nobody knows whether a switch is still held.
constexpr double kForgetSeconds = 1.0;

std::uint64_t frames_in(double seconds, double sample_rate) NAMRACK_REALTIME {
  return static_cast<std::uint64_t>(std::llround(seconds * sample_rate));
}

}  // namespace

MidiInput::MidiInput() {
  use(MidiTable(MidiTable::Contents{}));
}

void MidiInput::use(MidiTable table) {
  const std::uint64_t number = tables_.empty() ? 1 : tables_.back()->number + 1;
  tables_.push_back(std::make_unique<const Numbered>(number, std::move(table)));
  current_.store(tables_.back().get(), std::memory_order_release);
}

void MidiInput::tidy(bool audio_runs) {
  const bool is_idle = !audio_runs || seen_.load(std::memory_order_acquire) == tables_.back()->number;
  if (is_idle) tables_.erase(tables_.begin(), tables_.end() - 1);
}

void MidiInput::process(std::span<const MidiEvent> events, std::uint64_t first_frame, std::size_t frames,
                        Rig& rig) NAMRACK_REALTIME {
  const Numbered& current = *current_.load(std::memory_order_acquire);
  const MidiTable& table = current.table;
  if (first_frame < next_frame_ || first_frame - next_frame_ > frames_in(kForgetSeconds, rig.sample_rate()))
    states_ = {};
  next_frame_ = first_frame + frames;
  news_.pass_on();
  actions_.begin_block(first_frame, rig);
  std::uint64_t last = 0;
  for (const MidiEvent& event : events) {
    MidiMessage message;
    const MidiReader::Kind kind = reader_.read(event, table, message);
    if (kind == MidiReader::Kind::malformed) malformed_.fetch_add(1, std::memory_order_relaxed);
    if (kind != MidiReader::Kind::message || !table.hears(message.channel)) continue;
    const std::uint64_t frame = first_frame + event.offset;
    if (std::exchange(last, frame) != frame) press_long(table, first_frame, frame, rig);
    take(message, table, frame, rig);
  }
  press_long(table, first_frame, next_frame_ - 1, rig);
  actions_.end_block(rig);
  count_dropped(actions_.take_dropped());
  // Last, so that whoever reads it knows that the former table is not used any more.
  seen_.store(current.number, std::memory_order_release);
}

void MidiInput::take(const MidiMessage& message, const MidiTable& table, std::uint64_t frame,
                     Rig& rig) NAMRACK_REALTIME {
  messages_.fetch_add(1, std::memory_order_relaxed);
  const std::span<const MidiSlot> slots = table.slots(message);
  MidiNews news{.message = message, .frame = frame, .is_mapped = !slots.empty()};
  for (const MidiSlot& slot : slots) news.frame = answer(slot, message, frame, rig);
  // The control thread has to see to a program that is not mapped. Of what is mapped only the event may be
  // lost.
  const bool asks = message.kind == MidiKind::program && slots.empty();
  const bool is_told = asks ? news_.ask(news) : news_.tell(news);
  if (!is_told && slots.empty()) count_dropped(1);
}

MidiInput::SlotState& MidiInput::state_of(const MidiSlot& slot) NAMRACK_REALTIME {
  SlotState& state = states_[slot.place()];
  if (state.id != slot.id) state = {.id = slot.id};
  return state;
}

// Returns the frame at which it happens.
std::uint64_t MidiInput::answer(const MidiSlot& slot, const MidiMessage& message, std::uint64_t frame,
                                Rig& rig) NAMRACK_REALTIME {
  if (slot.by_value.empty())
    return completes_press(slot, message, frame, rig.sample_rate()) ? press(slot, message, frame, rig)
                                                                    : frame;
  const std::optional<Action>& action = slot.by_value[message.value];
  if (!action || (slot.pickup && !is_picked_up(slot, message.value))) return frame;
  return actions_.add(*action, slot.target, frame, messages_.load(std::memory_order_relaxed), rig);
}

bool MidiInput::completes_press(const MidiSlot& slot, const MidiMessage& message, std::uint64_t frame,
                                double sample_rate) NAMRACK_REALTIME {
  const bool pressed = is_pressed(slot.kind, message.value);
  SlotState& state = state_of(slot);
  switch (slot.press) {
    case MidiPress::momentary:
      return pressed;
    case MidiPress::latching:
      return true;
    case MidiPress::double_press: {
      if (!pressed) return false;
      const bool is_second =
          state.pressed_at != 0 && frame - state.pressed_at <= frames_in(kDoublePressMs * 1e-3, sample_rate);
      state.pressed_at = is_second ? 0 : frame;
      return is_second;
    }
    case MidiPress::long_press:
      if (pressed && state.pressed_at == 0)
        state = {.id = slot.id, .pressed_at = frame, .message = message};
      else if (!pressed)
        state.pressed_at = 0;
      return false;  // it acts when it has been held for so long
  }
  return false;
}

// What is set from elsewhere has to be picked up again.
bool MidiInput::is_picked_up(const MidiSlot& slot, std::uint8_t value) NAMRACK_REALTIME {
  const MidiSlot::Pickup& pickup = *slot.pickup;
  SlotState& state = state_of(slot);
  const double present = actions_.settings()[slot.target];
  const double wanted = pickup.wanted[value];
  const std::optional<std::uint8_t> before = std::exchange(state.position, value);
  if (state.has_picked_up && before && pickup.wanted[*before] == present) return true;
  // What lies beyond the pedal's range is reached at its end.
  const double reachable = std::clamp(present, pickup.least, pickup.most);
  const double step = (pickup.most - pickup.least) / (MidiSlot::kValues - 1);
  state.has_picked_up = before ? (pickup.wanted[*before] - reachable) * (wanted - reachable) <= 0.0
                               : std::abs(wanted - reachable) <= step;
  return state.has_picked_up;
}

std::uint64_t MidiInput::press(const MidiSlot& slot, const MidiMessage& message, std::uint64_t frame,
                               Rig& rig) NAMRACK_REALTIME {
  if (slot.on_press)
    return actions_.add(*slot.on_press, slot.target, frame, messages_.load(std::memory_order_relaxed), rig);
  if (!news_.ask({.message = message, .frame = frame, .action = slot.id, .is_mapped = true}))
    count_dropped(1);
  return frame;
}

// Those which by `until` have been held for long enough, in the order in which they were.
void MidiInput::press_long(const MidiTable& table, std::uint64_t first_frame, std::uint64_t until,
                           Rig& rig) NAMRACK_REALTIME {
  const auto due_at = [&](const MidiSlot& slot) {
    const SlotState& state = states_[slot.place()];
    const bool waits = state.id == slot.id && state.pressed_at != 0 && !state.has_acted;
    return waits ? state.pressed_at + frames_in(slot.long_seconds, rig.sample_rate()) : until + 1;
  };
  for (;;) {
    const MidiSlot* next = nullptr;
    for (const MidiSlot* const slot : table.long_presses())
      if (due_at(*slot) <= until && (next == nullptr || due_at(*slot) < due_at(*next))) next = slot;
    if (next == nullptr) return;
    const std::uint64_t frame = std::max(due_at(*next), first_frame);
    SlotState& state = states_[next->place()];
    state.has_acted = true;
    press(*next, state.message, frame, rig);
  }
}

}  // namespace namrack::engine
