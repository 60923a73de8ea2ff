#include "player/midi_table.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstddef>
#include <string_view>

#include "player/sound_change.h"
#include "protocol/setting_table.h"

namespace namrack::player {
namespace json = boost::json;
using engine::BypassSwitch;
using engine::RackAction;
using protocol::MidiKind;
using protocol::MidiTarget;
namespace {

std::optional<BypassSwitch> bypass_at(const protocol::MidiAction& action, MidiKind kind, int value) {
  const bool pressed = protocol::is_pressed(kind, value);
  switch (action.mode) {
    case protocol::MidiSwitch::toggle:
      return pressed ? std::optional(BypassSwitch::toggle) : std::nullopt;
    case protocol::MidiSwitch::hold:
      return pressed ? BypassSwitch::on : BypassSwitch::off;
    case protocol::MidiSwitch::inverse:
      return pressed ? BypassSwitch::off : BypassSwitch::on;
  }
  return std::nullopt;
}

std::optional<RackAction> action_at(const MidiMapping& mapping, int value) {
  if (mapping.action.target == MidiTarget::bypass) {
    const auto bypass = bypass_at(mapping.action, mapping.source.kind, value);
    return bypass ? std::optional(RackAction{.bypass = bypass}) : std::nullopt;
  }
  const protocol::SettingChanges changes = protocol::setting_at(mapping.action, mapping.source.kind, value);
  if (protocol::is_empty(changes)) return std::nullopt;
  return RackAction{.settings = to_engine(changes), .tag = tag_of(changes)};
}

// The number of the setting from 1, and its value in millionths, or the number of its choice.
constexpr double kUnit = 1e-6;
constexpr unsigned kNumberShift = 32;

}  // namespace

MidiTable::MidiTable(const MidiMap& map, bool is_learning) : channel_(map.channel.value_or(0)) {
  if (is_learning) return;
  // What is mapped for one channel takes the place of what is mapped for each.
  for (const bool particular : {false, true})
    for (const MidiMapping& mapping : map.mappings)
      if (mapping.source.channel.has_value() == particular) enter(mapping);
}

void MidiTable::enter(const MidiMapping& mapping) {
  const MidiTarget target = mapping.action.target;
  const bool is_ours = target == MidiTarget::bypass || target == MidiTarget::set;
  if (mapping.source.kind == MidiKind::program) return;
  std::uint16_t place = 0;
  if (is_ours) {
    Actions& actions = actions_.emplace_back();
    for (std::size_t value = 0; value < kValues; ++value)
      actions[value] = action_at(mapping, static_cast<int>(value));
    place = static_cast<std::uint16_t>(actions_.size());
  }
  Places& places = mapping.source.kind == MidiKind::note ? notes_ : controls_;
  for (std::size_t channel = 0; channel < kChannels; ++channel)
    if (mapping.source.channel.value_or(channel + 1) == channel + 1)
      places[channel][mapping.source.number] = place;
}

const RackAction* MidiTable::find(const MidiMessage& message) const noexcept {
  if (message.kind == MidiKind::program) return nullptr;
  const Places& places = message.kind == MidiKind::note ? notes_ : controls_;
  const std::uint16_t place = places[message.channel - 1U][message.number];
  if (place == 0) return nullptr;
  const std::optional<RackAction>& action = actions_[place - 1U][message.value];
  return action ? &*action : nullptr;
}

std::uint64_t tag_of(const protocol::SettingChanges& changes) {
  const json::object object = protocol::setting_changes_to_json(changes);
  if (object.empty()) return 0;
  const protocol::ParamSpec& setting = *protocol::find_setting(object.begin()->key());
  const json::value& value = object.begin()->value();
  std::int32_t stored = 0;
  if (value.is_string())
    stored = static_cast<std::int32_t>(
        std::ranges::find(setting.choices, std::string_view(value.get_string())) - setting.choices.begin());
  else
    stored = static_cast<std::int32_t>(std::lround(value.to_number<double>() / kUnit));
  const auto number = static_cast<std::uint64_t>(&setting - protocol::kSettings.data() + 1);
  return number << kNumberShift | static_cast<std::uint32_t>(stored);
}

protocol::SettingChanges changes_of(std::uint64_t tag) {
  if (tag == 0) return {};
  const protocol::ParamSpec& setting = protocol::kSettings.at((tag >> kNumberShift) - 1);
  const auto stored = static_cast<std::int32_t>(static_cast<std::uint32_t>(tag));
  json::object object;
  if (setting.choices.empty())
    object[setting.name] = stored / std::round(1.0 / kUnit);
  else
    object[setting.name] = setting.choices[static_cast<std::size_t>(stored)];
  return protocol::setting_changes_from_json(object);
}

}  // namespace namrack::player
