#include "cli/result_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/fields.h"
#include "cli/midi_text.h"
#include "cli/table.h"
#include "cli/units.h"
#include "protocol/json_text.h"
#include "shell/display_text.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;

/// `write` of a number, or the mark of the unknown.
std::string text_of(std::optional<double> number, std::string (*write)(double)) {
  return number ? write(*number) : std::string(kUnknown);
}

/// ", level -18.2 dBFS after -20 dBFS (+1.8 dB)", as far as it is known.
std::string level_change(const Fields& swap) {
  const auto before = swap.number("level_before_db");
  const auto after = swap.number("level_after_db");
  if (!before || !after) return {};
  return fmt::format(", level {}FS after {}FS ({})", decibel_text(*after), decibel_text(*before),
                     gain_text(*after - *before));
}

std::string swapped(const Fields& result, const Style& style) {
  return swap_phrase(result, style) + '\n';
}

std::string loaded(const Fields& result, const Style& style) {
  const auto rate = result.number("sample_rate");
  const auto loudness = result.number("loudness");
  std::string line =
      fmt::format("loaded {}: {}", style.bold(shell::printable(result.text("name").value_or(""))),
                  shell::printable(result.text("architecture").value_or("model")));
  if (rate) line += ", " + rate_text(*rate);
  if (const auto weights = result.number("weights"))
    line += fmt::format(", {} weights", count_text(*weights));
  if (const auto field = result.number("receptive_field")) {
    line += ", receptive field " + frames_text(*field, rate);
  }
  if (loudness) line += ", loudness " + decibel_text(*loudness);
  if (const auto measured = result.number("measured_loudness"))
    line +=
        (loudness ? " (measured " : ", measured loudness ") + decibel_text(*measured) + (loudness ? ")" : "");
  if (const auto bytes = result.number("bytes")) line += ", " + bytes_text(*bytes);
  if (const auto load = result.number("predicted_load")) line += ", predicted load " + percent_text(*load);
  if (result.is_true("over_budget")) line += style.warning(" (more than the CPU budget)");
  if (const auto ms = result.number("load_ms")) line += ", took " + milliseconds_text(*ms);
  const Fields swap = result.object("swap");
  return line + '\n' + (swap.json().empty() ? "" : swapped(swap, style));
}

std::string bypassed(const Fields& result, const Style& style) {
  const std::string_view state = result.is_true("bypass") ? "on" : "off";
  return fmt::format("bypass {}{}\n", style.bold(state), when_text(result));
}

/// For methods whose result is the revision alone.
template <const char* Text>
std::string done(const Fields& /*result*/, const Style& /*style*/) {
  return std::string(Text) + '\n';
}
constexpr char kUnloaded[] = "unloaded";
constexpr char kAnswers[] = "the daemon answers";
constexpr char kSceneDeleted[] = "scene deleted";
constexpr char kSceneRenamed[] = "scene renamed";
constexpr char kSetlistDeleted[] = "setlist deleted";
constexpr char kSetlistSaved[] = "setlist saved";
constexpr char kSetlistChanged[] = "setlist changed";

std::string listed(const Fields& result, const Style& /*style*/) {
  const json::value* const models = result.json().if_contains("models");
  if (models == nullptr || !models->is_array() || models->get_array().empty()) return "no models\n";
  using enum Table::Align;
  Table table({{"", left},
               {"NAME", left},
               {"ARCHITECTURE", left},
               {"RATE", right},
               {"LOUDNESS", right},
               {"MEASURED", right},
               {"MEMORY", right},
               {"PATH", left}});
  for (const json::value& item : models->get_array()) {
    if (!item.is_object()) continue;
    const Fields model(item.get_object());
    table.add_row({model.is_true("current") ? "▶" : "", model.text("name").value_or(""),
                   model.text("architecture").value_or(""), text_of(model.number("sample_rate"), rate_text),
                   text_of(model.number("loudness"), decibel_text),
                   text_of(model.number("measured_loudness"), decibel_text),
                   text_of(model.number("bytes"), bytes_text), model.text("path").value_or("")});
  }
  return table.text();
}

std::string greeted(const Fields& result, const Style& style) {
  const auto list = [&](std::string_view key) {
    std::string words;
    if (const json::value* const names = result.json().if_contains(key);
        names != nullptr && names->is_array()) {
      for (const json::value& name : names->get_array()) {
        if (name.is_string()) words += ' ' + std::string(std::string_view(name.get_string()));
      }
    }
    return shell::printable(words);
  };
  return fmt::format("{} {}, protocol {}\nmethods:{}\ntopics: {}\n",
                     style.bold(result.text("name").value_or("")), result.text("version").value_or(""),
                     result.number("protocol").value_or(0.0), list("methods"), list("topics"));
}

std::string settings(const Fields& result, const Style& /*style*/) {
  return settings_text(result.object("params").json());
}
std::string set(const Fields& result, const Style& style) {
  const bool is_known = result.json().contains("applied");
  return settings(result, style) + (is_known ? "set" + when_text(result) + '\n' : "");
}
std::string status(const Fields& result, const Style& style) {
  return status_text(result.json(), style);
}
std::string inspected(const Fields& result, const Style& style) {
  return inspection_text(result.json(), style);
}

std::string scene_saved(const Fields& result, const Style& style) {
  return saved_scene_text(result.json(), style);
}
std::string scene_recalled(const Fields& result, const Style& style) {
  return recalled_scene_text(result.json(), style);
}
std::string scenes(const Fields& result, const Style& /*style*/) {
  return scenes_text(result.json());
}
std::string setlists(const Fields& result, const Style& /*style*/) {
  return setlists_text(result.json());
}
std::string group(const Fields& result, const Style& style) {
  return group_text(result.json(), style);
}

struct Writer {
  std::string_view method;
  std::string (*write)(const Fields& result, const Style& style);
};

constexpr auto kWriters = std::to_array<Writer>({{"bypass", bypassed},
                                                 {"get", settings},
                                                 {"hello", greeted},
                                                 {"inspect", inspected},
                                                 {"list", listed},
                                                 {"load", loaded},
                                                 {"midi.cancel", midi_cancelled_text},
                                                 {"midi.learn", midi_learned_text},
                                                 {"midi.list", midi_list_text},
                                                 {"midi.map", midi_mapped_text},
                                                 {"midi.set", midi_set_text},
                                                 {"midi.unmap", midi_unmapped_text},
                                                 {"ping", done<kAnswers>},
                                                 {"quality", loaded},
                                                 {"scene.delete", done<kSceneDeleted>},
                                                 {"scene.list", scenes},
                                                 {"scene.next", scene_recalled},
                                                 {"scene.prev", scene_recalled},
                                                 {"scene.recall", scene_recalled},
                                                 {"scene.rename", done<kSceneRenamed>},
                                                 {"scene.save", scene_saved},
                                                 {"set", set},
                                                 {"setlist.delete", done<kSetlistDeleted>},
                                                 {"setlist.list", setlists},
                                                 {"setlist.save", done<kSetlistSaved>},
                                                 {"setlist.use", done<kSetlistChanged>},
                                                 {"status", status},
                                                 {"swap", swapped},
                                                 {"tx", group},
                                                 {"unload", done<kUnloaded>}});

}  // namespace

std::string name_text(const Fields& fields, std::string_view key) {
  const std::optional<std::string> name = fields.text(key);
  return name ? shell::printable(*name) : "the dry signal";
}

std::string when_text(const Fields& result) {
  if (const auto frame = result.number("frame")) return fmt::format(" at frame {:.0f}", *frame);
  return result.is_true("applied") ? "" : ", applied when JACK is back";
}

std::string swap_phrase(const Fields& swap, const Style& style) {
  const std::string fade = frames_text(swap.number("fade_frames").value_or(0.0), std::nullopt);
  const double gap = swap.number("gap_frames").value_or(0.0);
  const double skipped = swap.number("skipped_frames").value_or(0.0);
  const double xruns = swap.number("xruns").value_or(0.0);
  const auto match = swap.text("name") ? swap.number("match_db") : std::nullopt;
  const std::string_view kind = swap.text("fade") == "through_zero" ? "fade through zero" : "crossfade";
  return fmt::format("{}{}, after {}, {} {}, {}{}{}{}{}", style.bold(name_text(swap, "name")),
                     when_text(swap), name_text(swap, "previous"), kind, fade,
                     gap > 0.0 ? "gap " + frames_text(gap, std::nullopt) : std::string("no gap"),
                     match ? ", match " + gain_text(*match) : "", level_change(swap),
                     skipped > 0.0 ? ", not warm: skipped " + frames_text(skipped, std::nullopt) : "",
                     xruns > 0.0 ? fmt::format(", {:.0f} xrun{}", xruns, xruns == 1.0 ? "" : "s") : "");
}

std::string result_text(std::string_view method, const json::object& result, const Style& style) {
  const auto* const writer = std::ranges::find(kWriters, method, &Writer::method);
  if (writer == kWriters.end()) return protocol::json_text(result) + '\n';
  return writer->write(Fields(result), style);
}

}  // namespace namrack::cli
