#include "cli/text/midi_text.h"

#include <fmt/format.h>

#include "cli/text/result_text.h"
#include "cli/text/table.h"
#include "cli/text/units.h"
#include "parameters/settings.h"
#include "protocol/wire/json_text.h"
#include "shell/display_text.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view kEach = "each";

std::string number_text(const Fields& fields, std::string_view key, std::string_view otherwise) {
  const std::optional<double> number = fields.number(key);
  return number ? fmt::format("{:.0f}", *number) : std::string(otherwise);
}

std::string value_text(const json::value& value) {
  return value.is_string() ? std::string(std::string_view(value.get_string())) : protocol::json_text(value);
}

/// "output_db to -6 dB" of a press, "output_db -20 to 0 dB" or "level_mode raw to calibrated" of what
/// follows.
std::string setting_text(const Fields& mapping) {
  const std::string key = mapping.text("key").value_or("?");
  const Parameter* const setting = find_parameter(kSettings, key);
  const std::string unit =
      setting != nullptr && !setting->unit.empty() ? fmt::format(" {}", setting->unit) : "";
  if (const json::value* const value = mapping.json().if_contains("value"))
    return fmt::format("{} to {}{}", key, value_text(*value), unit);
  const auto min = mapping.number("min");
  const auto max = mapping.number("max");
  if (min && max) return fmt::format("{} {} to {}{}", key, *min, *max, unit);
  if (setting == nullptr || setting->is_number()) return key;
  return fmt::format("{} {} to {}", key, setting->words().front(), setting->words().back());
}

/// ", held for 500 ms": which press it is, and what else is said of a pedal, where it is not the usual.
std::string manner_text(const Fields& mapping) {
  std::string text;
  const std::string press = mapping.text("press").value_or("momentary");
  if (press == "long")
    text += fmt::format(", held for {} ms", number_text(mapping, "long_ms", "?"));
  else if (press != "momentary")
    text += fmt::format(", {} press", press);
  if (mapping.text("takeover") == "pickup") text += ", picked up";
  if (mapping.is_true("keep")) text += ", kept";
  return text;
}

std::string target_text(const Fields& mapping) {
  const std::string action = mapping.text("action").value_or("?");
  if (action == "bypass") return "bypass " + mapping.text("mode").value_or("toggle");
  if (action == "scene") return "scene " + mapping.text("name").value_or("?");
  if (action == "scene.next") return "next scene";
  if (action == "scene.prev") return "previous scene";
  if (action == "set") return "set " + setting_text(mapping);
  if (action == "swap") return "swap " + mapping.text("name").value_or("dry signal");
  return action;
}

std::string action_text(const Fields& mapping) {
  return target_text(mapping) + manner_text(mapping);
}

std::string source_text(const Fields& mapping) {
  std::string text = mapping.text("message").value_or("?") + ' ' + number_text(mapping, "number", "?");
  if (const auto bank = mapping.number("bank")) text += fmt::format(" of bank {:.0f}", *bank);
  if (const auto channel = mapping.number("channel")) text += fmt::format(" on channel {:.0f}", *channel);
  return text;
}

std::string new_mapping_text(std::string_view verb, const Fields& result, const Style& style) {
  const Fields mapping = result.object("mapping");
  const Fields replaced = result.object("replaced");
  std::string before = replaced.json().empty() ? "" : "; before: " + action_text(replaced);
  if (const json::value* const others = result.json().if_contains("also_replaced");
      others && others->is_array())
    for (const json::value& other : others->get_array())
      if (other.is_object()) before += " and " + action_text(Fields(other.get_object()));
  return fmt::format("{} {}: {}{}\n", verb, style.bold(shell::printable(source_text(mapping))),
                     shell::printable(action_text(mapping)), shell::printable(before));
}

std::string mappings_text(const Fields& result, const Style& style) {
  const json::value* const mappings = result.json().if_contains("mappings");
  if (mappings == nullptr || !mappings->is_array() || mappings->get_array().empty()) return "no mappings\n";
  using enum Table::Align;
  Table table({{"MESSAGE", left},
               {"NUMBER", right},
               {"CHANNEL", right},
               {"BANK", right},
               {"ACTION", left, Table::Fit::beginning}});
  for (const json::value& item : mappings->get_array()) {
    if (!item.is_object()) continue;
    const Fields mapping(item.get_object());
    const std::string message = mapping.text("message").value_or("?");
    table.add_row({message, number_text(mapping, "number", "?"), number_text(mapping, "channel", kEach),
                   number_text(mapping, "bank", message == "program" ? kEach : kUnknown),
                   action_text(mapping)});
  }
  return table.text(style.columns());
}

constexpr std::string_view kUnconnected = ", nothing connected to the MIDI port";

bool is_unconnected(const Fields& result) {
  return result.json().contains("connected") && !result.is_true("connected");
}

/// Which messages are listened to, without a line feed.
std::string listening_text(const Fields& result) {
  const std::string bank = result.text("bank").value_or("14bit");
  return fmt::format("channel: {}, programs choose scenes: {}{}", number_text(result, "channel", kEach),
                     result.is_true("programs") ? "yes" : "no", bank == "14bit" ? "" : ", bank: " + bank);
}

}  // namespace

std::string midi_mapped_text(const Fields& result, const Style& style) {
  return new_mapping_text("mapped", result, style);
}

std::string midi_learned_text(const Fields& result, const Style& style) {
  return new_mapping_text("learned", result, style);
}

std::string midi_unmapped_text(const Fields& result, const Style& /*style*/) {
  const double removed = result.number("removed").value_or(0.0);
  return removed == 0.0 ? "nothing was mapped\n"
                        : fmt::format("removed {}\n", counted_text(removed, "mapping"));
}

std::string midi_list_text(const Fields& result, const Style& style) {
  const double malformed = result.number("malformed").value_or(0.0);
  return fmt::format("{}{}, {}, {} dropped{}{}{}\n", mappings_text(result, style), listening_text(result),
                     counted_text(result.number("messages").value_or(0.0), "message"),
                     count_text(result.number("dropped").value_or(0.0)),
                     malformed > 0.0 ? fmt::format(", {} malformed", count_text(malformed)) : "",
                     is_unconnected(result) ? kUnconnected : "",
                     result.is_true("learning") ? ", learning" : "");
}

std::string midi_set_text(const Fields& result, const Style& /*style*/) {
  return listening_text(result) + '\n';
}

std::string midi_cancelled_text(const Fields& result, const Style& /*style*/) {
  return result.is_true("cancelled") ? "learning cancelled\n" : "nothing was learning\n";
}

std::string midi_event_text(const Fields& event) {
  const std::string source = event.text("message") ? source_text(event) : "";
  if (const Fields error = event.object("error"); !error.json().empty())
    return fmt::format("{} failed: {}", source, error.text("message").value_or("?"));
  const std::string change = event.text("change").value_or("");
  if (const Fields mapping = event.object("mapping"); !mapping.json().empty())
    return fmt::format("{} {}: {}", change, source_text(mapping), action_text(mapping));
  if (!change.empty()) return source.empty() ? change : change + ' ' + source;
  const Fields action = event.object("action");
  std::string text = source;
  if (const auto value = event.number("value")) text = fmt::format("{}, value {:.0f}", source, *value);
  if (action.json().empty()) return text + ": does nothing";
  if (const auto place = action.number("place")) return text + fmt::format(": scene {:.0f}", *place);
  return text + ": " + action_text(action);
}

std::string midi_summary_text(const Fields& midi) {
  if (midi.json().empty()) return {};
  return fmt::format("{}, {}{}", counted_text(midi.number("mappings").value_or(0.0), "mapping"),
                     counted_text(midi.number("messages").value_or(0.0), "message"),
                     is_unconnected(midi) ? kUnconnected : "");
}

}  // namespace namrack::cli
