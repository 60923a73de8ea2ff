#include <fmt/format.h>

#include "cli/text/fields.h"
#include "cli/text/midi_text.h"
#include "cli/text/result_text.h"
#include "cli/text/table.h"
#include "cli/text/units.h"
#include "parameters/settings.h"
#include "protocol/wire/json_text.h"
#include "shell/display_text.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;

// One line about troubles that have happened; empty when there were none.
std::string trouble_text(double count, std::string_view noun, std::string_view explanation,
                         const Style& style) {
  if (count <= 0.0) return {};
  const std::string_view plural = count == 1.0 ? "" : "s";
  return style.warning(fmt::format("{} {}{}{}", count_text(count), noun, plural, explanation)) + '\n';
}

std::string load_text(const Fields& dsp) {
  const auto part = [&](std::string_view key) { return percent_text(dsp.number(key).value_or(0.0)); };
  std::string text =
      fmt::format("mean {}, p99 {}, max {} of the deadline, over {} blocks", part("load_mean"),
                  part("load_p99"), part("load_max"), count_text(dsp.number("blocks").value_or(0.0)));
  if (const auto budget = dsp.number("budget"))
    text += fmt::format("; the model predicted {}, budget {}", part("predicted_load"), percent_text(*budget));
  return text;
}

std::string bank_text(const Fields& bank) {
  std::string text = count_text(bank.number("models").value_or(0.0)) + " loaded, " +
                     bytes_text(bank.number("bytes").value_or(0.0));
  if (const auto budget = bank.number("budget")) text += " of " + bytes_text(*budget);
  return text;
}

/// "-6 dB" of a setting and its value.
std::string value_text(std::string_view key, const json::value& value, bool with_unit = true) {
  const Parameter* const setting = find_parameter(kSettings, key);
  std::string text =
      value.is_string() ? std::string(std::string_view(value.get_string())) : protocol::json_text(value);
  if (with_unit && setting != nullptr && !setting->unit.empty()) text += ' ' + std::string(setting->unit);
  return shell::printable(text);
}

void add_settings(Table& table, const json::object& params) {
  for (const auto& [key, value] : params) table.add_row({std::string(key), value_text(key, value)});
}

/// "missing_model", "the file of lead …", since when: each problem as a few lines, the errors first.
std::string problems_text(const json::object& status, const Style& style) {
  const json::value* const problems = status.if_contains("problems");
  std::string errors;
  std::string warnings;
  if (problems == nullptr || !problems->is_array()) return {};
  for (const json::value& item : problems->get_array()) {
    if (!item.is_object()) continue;
    const Fields problem(item.get_object());
    const bool is_error = problem.text("severity").value_or("error") == "error";
    const std::string since = problem.text("since").value_or("");
    std::string line = fmt::format("{}: {} ({}{})", is_error ? "PROBLEM" : "warning",
                                   shell::printable(problem.text("message").value_or("?")),
                                   shell::printable(problem.text("code").value_or("?")),
                                   since.empty() ? "" : ", since " + shell::printable(since));
    line = shell::wrapped(line, style.columns(), 2);
    (is_error ? errors : warnings) += (is_error ? style.error(line) : style.warning(line)) + '\n';
  }
  return errors + warnings;
}

}  // namespace

std::string settings_text(const json::object& params) {
  Table table({{}, {}});
  add_settings(table, params);
  return table.text();
}

std::string jack_text(const Fields& jack) {
  if (!jack.is_true("connected")) return "not connected";
  const auto rate = jack.number("sample_rate");
  std::string text = "client " + jack.text("client").value_or("?");
  if (rate) text += ", " + rate_text(*rate);
  if (const auto block = jack.number("buffer_size")) text += ", blocks of " + frames_text(*block, rate);
  text += jack.is_true("realtime") ? ", realtime" : ", not realtime";
  if (const auto latency = jack.number("latency_frames")) text += ", latency " + frames_text(*latency, rate);
  return text;
}

std::string setting_changes_text(const json::object& before, const json::object& after) {
  std::string text;
  for (const auto& [key, value] : after) {
    const json::value* const old = before.if_contains(key);
    if (!text.empty()) text += ", ";
    text += shell::printable(std::string_view(key)) + ' ';
    if (old != nullptr && *old != value) text += value_text(key, *old, false) + " -> ";
    text += value_text(key, value);
    if (old != nullptr && *old == value) text += ", as before";
  }
  return text;
}

std::string status_text(const json::object& result, const Style& style) {
  const Fields status(result);
  const Fields jack = status.object("jack");
  Table table({{}, {}});
  // The first column is as wide as its longest word.
  constexpr std::size_t kIndent = 15;
  table.add_row({"namrackd", fmt::format("{}, up {}, revision {:.0f}", status.text("version").value_or("?"),
                                         duration_text(status.number("uptime_s").value_or(0.0)),
                                         status.number("rev").value_or(0.0))});
  table.add_row({"model", status.text("current").value_or("none: the dry signal")});
  if (const std::string scene = scene_position_text(status.object("scene").json(), style.columns() - kIndent);
      !scene.empty())
    table.add_row({"scene", scene});
  table.add_row({"bypass", status.is_true("bypass") ? "on" : "off"});
  table.add_row({"JACK", jack_text(jack)});
  table.add_row({"DSP load", load_text(status.object("dsp"))});
  if (const Fields bank = status.object("bank"); !bank.json().empty())
    table.add_row({"bank", bank_text(bank)});
  const Fields midi = status.object("midi");
  if (const std::string summary = midi_summary_text(midi); !summary.empty()) table.add_row({"MIDI", summary});
  add_settings(table, status.object("params").json());
  return problems_text(result, style) + style.fit(table.text(), kIndent) +
         trouble_text(jack.number("xruns").value_or(0.0), "xrun", " since the server was joined", style) +
         trouble_text(status.object("dsp").number("faults").value_or(0.0), "fault",
                      ": a model's output overflowed, was silenced and the model started afresh", style) +
         trouble_text(status.object("dsp").number("input_faults").value_or(0.0), "block",
                      " of input not finite or above 120 dBFS: replaced by silence", style) +
         trouble_text(midi.number("dropped").value_or(0.0), "MIDI message",
                      " dropped: came faster than could be carried out", style);
}

}  // namespace namrack::cli
