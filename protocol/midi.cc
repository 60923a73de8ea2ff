#include "protocol/midi.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "protocol/error.h"
#include "protocol/midi_table.h"
#include "protocol/param_check.h"
#include "protocol/param_value.h"
#include "protocol/parameter_json.h"

namespace namrack::protocol {
namespace json = boost::json;
namespace {

template <typename Enum, std::size_t N>
Enum from_name(const std::array<std::string_view, N>& names, std::string_view name) {
  return static_cast<Enum>(std::ranges::find(names, name) - names.begin());
}

std::string_view target_name(MidiTarget target) {
  return kMidiTargets.at(static_cast<std::size_t>(target));
}

[[noreturn]] void refuse(std::string_view param, std::string message, std::string_view found) {
  throw ProtocolError(ErrorCode::params, std::move(message), {{"param", param}, {"found", found}});
}

void require(const json::object& params, std::string_view param, MidiTarget target) {
  if (!params.contains(param))
    refuse(param, fmt::format("action {} needs {}", target_name(target), param), "nothing");
}

// The rules of parameters that only some actions have.
void refuse_others(const json::object& params, MidiTarget target,
                   std::initializer_list<std::string_view> allowed) {
  for (const std::string_view param : {"keep", "key", "max", "min", "mode", "name", "takeover", "value"})
    if (params.contains(param) && std::ranges::find(allowed, param) == allowed.end())
      refuse(param, fmt::format("action {} takes no {}", target_name(target), param), "one");
}

// A value of the setting, by the name of the parameter that it was given as.
double value_as(std::string_view param, Parameter setting, const json::value& value) {
  setting.name = param;
  return value_in(setting, value);
}

void read_setting(const json::object& params, MidiAction& action) {
  action.setting = find_setting(string_in(params, "key")).value();
  const Parameter& setting = row_of(action.setting);
  const bool has_range = params.contains("min") || params.contains("max");
  if (const json::value* const value = params.if_contains("value")) {
    if (has_range) refuse("value", "set takes either a value or min and max, not both", "both");
    action.value = value_as("value", setting, *value);
  } else if (!setting.is_number()) {
    if (has_range)
      refuse(params.contains("min") ? "min" : "max",
             fmt::format("{} has no range: its values are words", setting.name), "a range");
  } else {
    const auto end = [&](std::string_view param, double otherwise) {
      const json::value* const given = params.if_contains(param);
      return given != nullptr ? value_as(param, setting, *given) : otherwise;
    };
    action.min = end("min", setting.min);
    action.max = end("max", setting.max);
  }
}

// The rules of a setting that follows.
void read_following(const json::object& params, MidiAction& action) {
  for (const std::string_view param : {"takeover", "keep"})
    if (params.contains(param) && !action.follows())
      refuse(param,
             fmt::format("{} is of a setting that follows a controller, not of one that a press sets", param),
             "one");
  if (params.contains("takeover"))
    action.takeover = from_name<MidiTakeover>(kMidiTakeovers, string_in(params, "takeover"));
  action.keep = flag_in(params, "keep");
}

// A press is what a switch does; what follows its value, or is so while it is down, has none.
void read_press(const json::object& params, MidiAction& action) {
  if (params.contains("press")) action.press = from_name<MidiPress>(kMidiPresses, string_in(params, "press"));
  const std::string_view press = kMidiPresses.at(static_cast<std::size_t>(action.press));
  if (action.press != MidiPress::momentary && action.follows())
    refuse("press",
           fmt::format("a setting that follows has no press {}: give a value that a press sets", press),
           press);
  if (action.press != MidiPress::momentary && action.mode != MidiSwitch::toggle)
    refuse("press",
           fmt::format("mode {} lasts as long as the switch is down, and has no press {}: use mode toggle",
                       kMidiSwitches.at(static_cast<std::size_t>(action.mode)), press),
           press);
  if (params.contains("long_ms") && action.press != MidiPress::long_press)
    refuse("long_ms", fmt::format("long_ms is of press long, not of press {}", press), press);
  if (action.press == MidiPress::long_press)
    action.long_ms = number_in(params, "long_ms").value_or(kDefaultLongMs);
}

}  // namespace

bool can_do(MidiKind kind, const MidiAction& action) {
  if (kind != MidiKind::program) return true;
  return !action.follows() && action.mode == MidiSwitch::toggle && action.press != MidiPress::long_press;
}

std::string describe(const MidiSource& source) {
  std::string text = fmt::format("{} {}", midi_kind_name(source.kind), source.number);
  if (source.bank) text += fmt::format(" of bank {}", *source.bank);
  return text + (source.channel ? fmt::format(" on channel {}", *source.channel) : " on every channel");
}

std::string_view midi_kind_name(MidiKind kind) {
  return kMidiKinds.at(static_cast<std::size_t>(kind));
}

std::string_view midi_bank_name(MidiBank bank) {
  return kMidiBanks.at(static_cast<std::size_t>(bank));
}

MidiBank midi_bank_from_name(std::string_view name) {
  return from_name<MidiBank>(kMidiBanks, name);
}

SettingChanges setting_at(const MidiAction& action, MidiKind kind, int value) {
  if ((action.value || kind == MidiKind::note) && !is_pressed(kind, value)) return {};
  const double wanted =
      action.value ? *action.value : value_at(row_of(action.setting), value, action.min, action.max);
  return {{action.setting, wanted}};
}

json::object midi_source_to_json(const MidiSource& source) {
  json::object object{{"message", midi_kind_name(source.kind)}, {"number", source.number}};
  if (source.channel) object["channel"] = *source.channel;
  if (source.bank) object["bank"] = *source.bank;
  return object;
}

json::object midi_action_to_json(const MidiAction& action) {
  json::object object{{"action", target_name(action.target)}};
  switch (action.target) {
    case MidiTarget::bypass:
      object["mode"] = kMidiSwitches.at(static_cast<std::size_t>(action.mode));
      break;
    case MidiTarget::scene:
    case MidiTarget::swap:
      object["name"] = action.name ? json::value(json::string(*action.name)) : json::value(nullptr);
      break;
    case MidiTarget::set:
      object["key"] = row_of(action.setting).name;
      if (action.value) {
        object["value"] = value_json(row_of(action.setting), *action.value);
      } else if (row_of(action.setting).is_number()) {
        object["min"] = value_json(row_of(action.setting), action.min);
        object["max"] = value_json(row_of(action.setting), action.max);
      }
      break;
    case MidiTarget::next_scene:
    case MidiTarget::previous_scene:
      break;
  }
  if (action.press != MidiPress::momentary)
    object["press"] = kMidiPresses.at(static_cast<std::size_t>(action.press));
  if (action.press == MidiPress::long_press) object["long_ms"] = action.long_ms;
  if (action.takeover != MidiTakeover::jump)
    object["takeover"] = kMidiTakeovers.at(static_cast<std::size_t>(action.takeover));
  if (action.keep) object["keep"] = true;
  return object;
}

json::object midi_mapping_to_json(const MidiSource& source, const MidiAction& action) {
  json::object object = midi_source_to_json(source);
  for (const auto& [key, value] : midi_action_to_json(action)) object[key] = value;
  return object;
}

MidiSource midi_source_in(const json::object& params) {
  MidiSource source{.kind = from_name<MidiKind>(kMidiKinds, string_in(params, "message")),
                    .number = static_cast<std::uint8_t>(integer_in(params, "number").value())};
  if (const auto channel = integer_in(params, "channel"))
    source.channel = static_cast<std::uint8_t>(*channel);
  if (const auto bank = integer_in(params, "bank")) {
    if (source.kind != MidiKind::program) refuse("bank", "only a program has a bank", "one");
    source.bank = static_cast<std::uint16_t>(*bank);
  }
  return source;
}

MidiAction midi_action_in(const json::object& params) {
  MidiAction action{.target = from_name<MidiTarget>(kMidiTargets, string_in(params, "action"))};
  switch (action.target) {
    case MidiTarget::bypass:
      refuse_others(params, action.target, {"mode"});
      if (params.contains("mode"))
        action.mode = from_name<MidiSwitch>(kMidiSwitches, string_in(params, "mode"));
      break;
    case MidiTarget::scene:
    case MidiTarget::swap:
      refuse_others(params, action.target, {"name"});
      require(params, "name", action.target);
      action.name = optional_string_in(params, "name");
      if (action.target == MidiTarget::scene && !action.name)
        refuse("name", "action scene needs the name of a scene", "null");
      break;
    case MidiTarget::next_scene:
    case MidiTarget::previous_scene:
      refuse_others(params, action.target, {});
      break;
    case MidiTarget::set:
      refuse_others(params, action.target, {"keep", "key", "max", "min", "takeover", "value"});
      require(params, "key", action.target);
      read_setting(params, action);
      read_following(params, action);
      break;
  }
  read_press(params, action);
  return action;
}

}  // namespace namrack::protocol
