#include "player/midi/midi_compiler.h"

#include <algorithm>
#include <utility>

namespace namrack::player {
using engine::Action;
using engine::BypassSwitch;
using engine::MidiSlot;
using engine::MidiTable;
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
  const bool pressed = is_pressed(mapping.source.kind, value);
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
    if (is_pressed(mapping.source.kind, value)) slot.by_value[static_cast<std::size_t>(value)].reset();
  return slot;
}

}  // namespace

engine::MidiTable compile(const MidiMap& map, bool is_learning) {
  MidiTable::Contents contents{.channel = map.channel.value_or(0),
                               .adds_banks = map.bank == protocol::MidiBank::both};
  for (std::uint8_t channel = 1; channel <= MidiTable::kChannels; ++channel) {
    contents.coarse[channel - 1U] = map.selects_bank(channel, kBankCoarse);
    contents.fine[channel - 1U] = map.selects_bank(channel, kBankFine);
  }
  for (const MidiMapping& mapping : map.mappings) {
    if (!is_learning)
      contents.slots.emplace_back(mapping.source, make_slot(mapping));
    else if (is_hold(mapping.action))
      contents.slots.emplace_back(mapping.source, make_release(mapping));
  }
  return MidiTable(std::move(contents));
}

}  // namespace namrack::player
