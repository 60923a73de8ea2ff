#include "player/midi_table.h"

#include <algorithm>
#include <utility>

namespace namrack::player {
using engine::Action;
using engine::BypassSwitch;
using protocol::MidiKind;
using protocol::MidiSwitch;
using protocol::MidiTarget;
namespace {

constexpr int kFull = 127;

std::optional<Action> setting_action(const MidiMapping& mapping, int value) {
  const SettingChanges changes = protocol::setting_at(mapping.action, mapping.source.kind, value);
  if (changes.is_empty()) return std::nullopt;
  return Action{.settings = changes, .is_kept = mapping.action.keep};
}

Action hold_action(const MidiMapping& mapping, int value) {
  const bool pressed = protocol::is_pressed(mapping.source.kind, value);
  const bool inverse = mapping.action.mode == MidiSwitch::inverse;
  return {.bypass = pressed != inverse ? BypassSwitch::on : BypassSwitch::off};
}

bool is_hold(const protocol::MidiAction& action) {
  return action.target == MidiTarget::bypass && action.mode != MidiSwitch::toggle;
}

MidiSlot::Pickup make_pickup(const MidiSlot& slot) {
  MidiSlot::Pickup pickup;
  // The end of a note asks for nothing, and then counts as the softest one.
  for (std::size_t i = MidiSlot::kValues; i-- > 0;)
    pickup.wanted[i] =
        slot.by_value[i] ? slot.by_value[i]->settings[slot.target].value() : pickup.wanted[i + 1];
  const auto [least, most] = std::minmax(pickup.wanted.front(), pickup.wanted.back());
  pickup.least = least;
  pickup.most = most;
  return pickup;
}

MidiSlot make_slot(const MidiMapping& mapping) {
  const protocol::MidiAction& action = mapping.action;
  MidiSlot slot{.id = mapping.id,
                .kind = mapping.source.kind,
                .press = action.press,
                .long_seconds = action.long_ms * 1e-3};
  if (action.target == MidiTarget::set) {
    slot.target = static_cast<std::size_t>(action.setting);
    if (action.follows()) {
      for (int value = 0; value <= kFull; ++value) slot.by_value.push_back(setting_action(mapping, value));
    } else {
      slot.on_press = setting_action(mapping, kFull);
    }
    if (action.takeover == protocol::MidiTakeover::pickup && row_of(action.setting).is_sound)
      slot.pickup = make_pickup(slot);
  } else if (action.target == MidiTarget::bypass) {
    slot.target = MidiSlot::kBypass;
    if (is_hold(action)) {
      for (int value = 0; value <= kFull; ++value) slot.by_value.emplace_back(hold_action(mapping, value));
    } else {
      slot.on_press = Action{.bypass = BypassSwitch::toggle};
    }
  }
  return slot;
}

// Only its end, so that no hold lasts because its release came at the wrong time.
MidiSlot make_release(const MidiMapping& mapping) {
  MidiSlot slot = make_slot(mapping);
  for (int value = 0; value <= kFull; ++value)
    if (protocol::is_pressed(mapping.source.kind, value))
      slot.by_value[static_cast<std::size_t>(value)].reset();
  return slot;
}

}  // namespace

MidiTable::MidiTable(const MidiMap& map, bool is_learning)
    : channel_(map.channel.value_or(0)), bank_(map.bank) {
  for (std::uint8_t channel = 1; channel <= kChannels; ++channel) {
    coarse_[channel - 1U] = map.selects_bank(channel, kBankCoarse);
    fine_[channel - 1U] = map.selects_bank(channel, kBankFine);
  }
  for (const MidiMapping& mapping : map.mappings) {
    if (!is_learning)
      group_of(mapping.source).slots.push_back(make_slot(mapping));
    else if (is_hold(mapping.action))
      group_of(mapping.source).slots.push_back(make_release(mapping));
  }
  // What is mapped for one channel takes the place of what is mapped for each.
  for (const bool particular : {false, true})
    for (std::size_t i = 0; i < groups_.size(); ++i)
      if (groups_[i].source.channel.has_value() == particular)
        place(groups_[i], static_cast<std::uint16_t>(i + 1));
  for (std::vector<std::uint16_t>& groups : programs_)
    std::ranges::stable_sort(groups, std::ranges::greater(),
                             [this](std::uint16_t group) { return particularity(groups_[group].source); });
  for (const Group& group : groups_)
    for (const MidiSlot& slot : group.slots)
      if (slot.press == protocol::MidiPress::long_press) long_presses_.push_back(&slot);
}

MidiTable::Group& MidiTable::group_of(const protocol::MidiSource& source) {
  const auto found = std::ranges::find(groups_, source, &Group::source);
  return found != groups_.end() ? *found : groups_.emplace_back(Group{.source = source, .slots = {}});
}

void MidiTable::place(const Group& group, std::uint16_t number) {
  if (group.source.kind == MidiKind::program) {
    programs_[group.source.number].push_back(static_cast<std::uint16_t>(number - 1));
    return;
  }
  Places& places = group.source.kind == MidiKind::note ? notes_ : controls_;
  for (std::size_t channel = 0; channel < kChannels; ++channel)
    if (group.source.channel.value_or(channel + 1) == channel + 1)
      places[channel][group.source.number] = number;
}

// The most particular ones come first.
const MidiTable::Group* MidiTable::find_program(const MidiMessage& message) const noexcept {
  for (const std::uint16_t group : programs_[message.number])
    if (answers(groups_[group].source, message)) return &groups_[group];
  return nullptr;
}

std::span<const MidiSlot> MidiTable::slots(const MidiMessage& message) const noexcept {
  if (message.kind == MidiKind::program) {
    const Group* const group = find_program(message);
    return group != nullptr ? std::span(group->slots) : std::span<const MidiSlot>();
  }
  const Places& places = message.kind == MidiKind::note ? notes_ : controls_;
  const std::uint16_t place = places[message.channel - 1U][message.number];
  return place != 0 ? std::span(groups_[place - 1U].slots) : std::span<const MidiSlot>();
}

}  // namespace namrack::player
