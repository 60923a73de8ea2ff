#include "cli/text/result_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "cli/text/fields.h"
#include "cli/text/midi_text.h"
#include "cli/text/table.h"
#include "cli/text/units.h"
#include "protocol/wire/json_text.h"
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
  return swap_phrase(result, style) + '\n' + warnings_text(result, style);
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
  return line + '\n' + (swap.json().empty() ? "" : swap_phrase(swap, style) + '\n') +
         warnings_text(result, style);
}

std::string bypassed(const Fields& result, const Style& style) {
  const std::string_view state = result.is_true("bypass") ? "on" : "off";
  return fmt::format("bypass {}{}\n", style.bold(state), when_text(result));
}

/// The name that was asked for, for methods whose result is the revision alone.
std::string asked_text(const Asked& asked, std::string_view key) {
  return shell::printable(Fields(asked.params).text(key).value_or("?"));
}

std::string answers(const Fields& /*result*/, const Style& /*style*/, const Asked& /*asked*/) {
  return "the daemon answers\n";
}

template <const char* Verb>
std::string done(const Fields& /*result*/, const Style& style, const Asked& asked) {
  return fmt::format("{} {}\n", Verb, style.bold(asked_text(asked, "name")));
}
constexpr char kUnloaded[] = "unloaded";
constexpr char kSceneDeleted[] = "deleted scene";
constexpr char kSetlistDeleted[] = "deleted setlist";

std::string scene_renamed(const Fields& /*result*/, const Style& style, const Asked& asked) {
  return fmt::format("renamed scene {} to {}\n", asked_text(asked, "name"),
                     style.bold(asked_text(asked, "to")));
}

std::string setlist_saved(const Fields& /*result*/, const Style& style, const Asked& asked) {
  std::vector<std::string> scenes;
  const json::value* const names = asked.params.if_contains("scenes");
  if (names != nullptr && names->is_array())
    for (const json::value& name : names->get_array())
      if (name.is_string()) scenes.push_back(shell::printable(std::string_view(name.get_string())));
  return fmt::format("saved setlist {}: {}\n", style.bold(asked_text(asked, "name")),
                     fmt::join(scenes, ", "));
}

std::string setlist_used(const Fields& /*result*/, const Style& style, const Asked& asked) {
  if (!Fields(asked.params).text("name")) return "no setlist in use: all scenes, as saved\n";
  return fmt::format("setlist {} in use\n", style.bold(asked_text(asked, "name")));
}

/// Which models are ready is worth a column only where some are not.
bool some_are_not_ready(const json::array& models) {
  return std::ranges::any_of(models, [](const json::value& item) {
    return item.is_object() && Fields(item.get_object()).text("state").value_or("ready") != "ready";
  });
}

std::string listed(const Fields& result, const Style& style) {
  const json::value* const models = result.json().if_contains("models");
  if (models == nullptr || !models->is_array() || models->get_array().empty()) return "no models\n";
  using enum Table::Align;
  using enum Table::Fit;
  const bool has_states = some_are_not_ready(models->get_array());
  std::vector<Table::Column> columns{{"", left},
                                     {"NAME", left, beginning},
                                     {"TYPE", left, beginning},
                                     {"RATE", right, left_out},
                                     {"LOUDNESS", right},
                                     {"MEASURED", right, left_out},
                                     {"MEMORY", right},
                                     {"FILE", left, end}};
  if (has_states) columns.insert(columns.begin() + 2, {"STATE", left});
  Table table(columns);
  std::string warnings;
  for (const json::value& item : models->get_array()) {
    if (!item.is_object()) continue;
    const Fields model(item.get_object());
    std::vector<std::string> row{model.is_true("current") ? "▶" : "",
                                 model.text("name").value_or(""),
                                 model.text("architecture").value_or(""),
                                 text_of(model.number("sample_rate"), rate_text),
                                 text_of(model.number("loudness"), decibel_text),
                                 text_of(model.number("measured_loudness"), decibel_text),
                                 text_of(model.number("bytes"), bytes_text),
                                 model.text("path").value_or("")};
    if (has_states) row.insert(row.begin() + 2, model.text("state").value_or("ready"));
    table.add_row(row);
    warnings += warnings_text(model, style, model.text("name").value_or(""));
  }
  return table.text(style.columns()) + warnings;
}

// The kind of a plain model goes without saying.
std::string found(const Fields& result, const Style& /*style*/) {
  const auto array = [&](std::string_view key) {
    const json::value* const value = result.json().if_contains(key);
    return value != nullptr && value->is_array() ? value->get_array() : json::array{};
  };
  const json::array models = array("models");
  if (models.empty()) {
    std::string text = "no models below";
    for (const json::value& folder : array("folders"))
      if (folder.is_string()) text += "\n  " + shell::printable(folder.get_string());
    return text + '\n';
  }
  using enum Table::Align;
  Table table({{"", left}, {"NAME", left}, {"SIZE", right}, {"", left}});
  for (const json::value& item : models) {
    if (!item.is_object()) continue;
    const Fields model(item.get_object());
    const std::string kind = model.text("kind").value_or("");
    const std::string note = kind == "unusable" ? "unusable: its name is not UTF-8"
                             : kind == "ir"     ? "cabinet"
                                                : "";
    table.add_row({model.is_true("loaded") ? "•" : "", model.text("name").value_or(""),
                   text_of(model.number("bytes"), bytes_text), note});
  }
  return table.text() +
         (result.is_true("truncated") ? "and more: narrow the search, or raise --limit\n" : "");
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
  return style.fit(
      fmt::format("{} {}, protocol {}\nmethods:{}\ntopics: {}\n",
                  style.bold(result.text("name").value_or("")), result.text("version").value_or(""),
                  result.number("protocol").value_or(0.0), list("methods"), list("topics")),
      9);
}

std::string settings(const Fields& result, const Style& /*style*/) {
  return settings_text(result.object("params").json());
}
/// The settings that were asked for, and what they were before.
std::string set(const Fields& result, const Style& style, const Asked& asked) {
  const json::object& after = result.object("params").json();
  json::object changed;
  for (const auto& [key, value] : asked.params)
    if (after.contains(key)) changed[key] = after.at(key);
  const bool is_known = result.json().contains("applied");
  return setting_changes_text(asked.settings, asked.params.empty() ? after : changed) +
         (is_known ? when_text(result) : "") + '\n' + warnings_text(result, style);
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
std::string scenes(const Fields& result, const Style& style) {
  return scenes_text(result.json(), style);
}
std::string setlists(const Fields& result, const Style& style) {
  return setlists_text(result.json(), style);
}
std::string group(const Fields& result, const Style& style) {
  return group_text(result.json(), style);
}

/// Most need not know what was asked.
template <std::string (*Write)(const Fields&, const Style&)>
std::string plain(const Fields& result, const Style& style, const Asked& /*asked*/) {
  return Write(result, style);
}

std::string pending(const Fields& result, const Style& style) {
  const json::value* const changes = result.json().if_contains("changes");
  if (changes == nullptr || !changes->is_array() || changes->get_array().empty()) return "nothing waits\n";
  const auto whole = [](std::optional<double> number) {
    return number ? fmt::format("{:.0f}", *number) : std::string(kUnknown);
  };
  using enum Table::Align;
  Table table({{"ID", right},
               {"WHAT", left, Table::Fit::beginning},
               {"FRAME", right},
               {"BAR", right},
               {"BEAT", right},
               {"CONNECTION", right}});
  for (const json::value& item : changes->get_array()) {
    if (!item.is_object()) continue;
    const Fields change(item.get_object());
    const auto beat = change.number("at_beat");
    table.add_row({whole(change.number("id")), change.text("what").value_or("?"),
                   whole(change.number("frame")), whole(change.number("at_bar")),
                   beat ? fmt::format("{:.4g}", *beat) : std::string(kUnknown),
                   whole(change.number("origin"))});
  }
  return table.text(style.columns());
}

std::string cancelled(const Fields& result, const Style& /*style*/) {
  const json::value* const ids = result.json().if_contains("cancelled");
  std::vector<std::string> names;
  if (ids != nullptr && ids->is_array())
    for (const json::value& id : ids->get_array()) names.push_back(protocol::json_text(id));
  return names.empty() ? "nothing waited\n" : fmt::format("cancelled {}\n", fmt::join(names, ", "));
}

struct Writer {
  std::string_view method;
  std::string (*write)(const Fields& result, const Style& style, const Asked& asked);
};

constexpr auto kWriters = std::to_array<Writer>({{"bypass", plain<bypassed>},
                                                 {"cancel", plain<cancelled>},
                                                 {"get", plain<settings>},
                                                 {"hello", plain<greeted>},
                                                 {"inspect", plain<inspected>},
                                                 {"list", plain<listed>},
                                                 {"load", plain<loaded>},
                                                 {"midi.cancel", plain<midi_cancelled_text>},
                                                 {"midi.learn", plain<midi_learned_text>},
                                                 {"midi.list", plain<midi_list_text>},
                                                 {"midi.map", plain<midi_mapped_text>},
                                                 {"midi.set", plain<midi_set_text>},
                                                 {"midi.unmap", plain<midi_unmapped_text>},
                                                 {"models", plain<found>},
                                                 {"pending", plain<pending>},
                                                 {"ping", answers},
                                                 {"quality", plain<loaded>},
                                                 {"scene.delete", done<kSceneDeleted>},
                                                 {"scene.list", plain<scenes>},
                                                 {"scene.next", plain<scene_recalled>},
                                                 {"scene.prev", plain<scene_recalled>},
                                                 {"scene.recall", plain<scene_recalled>},
                                                 {"scene.rename", scene_renamed},
                                                 {"scene.save", plain<scene_saved>},
                                                 {"set", set},
                                                 {"setlist.delete", done<kSetlistDeleted>},
                                                 {"setlist.list", plain<setlists>},
                                                 {"setlist.save", setlist_saved},
                                                 {"setlist.use", setlist_used},
                                                 {"status", plain<status>},
                                                 {"swap", plain<swapped>},
                                                 {"tx", plain<group>},
                                                 {"unload", done<kUnloaded>}});

}  // namespace

std::string name_text(const Fields& fields, std::string_view key) {
  const std::optional<std::string> name = fields.text(key);
  return name ? shell::printable(*name) : "the dry signal";
}

std::string warnings_text(const Fields& result, const Style& style, const std::string& name) {
  const json::value* const list = result.json().if_contains("warnings");
  std::string text;
  if (list == nullptr || !list->is_array()) return text;
  for (const json::value& warning : list->get_array())
    if (warning.is_string())
      text += style.warning(shell::printable("warning: " + name + (name.empty() ? "" : ": ") +
                                             std::string(std::string_view(warning.get_string())))) +
              '\n';
  return text;
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

std::string result_text(std::string_view method, const json::object& result, const Style& style,
                        const Asked& asked) {
  const auto* const writer = std::ranges::find(kWriters, method, &Writer::method);
  if (writer == kWriters.end()) return protocol::json_text(result) + '\n';
  return style.fit(writer->write(Fields(result), style, asked));
}

}  // namespace namrack::cli
