#include <fmt/format.h>

#include "cli/fields.h"
#include "cli/midi_text.h"
#include "cli/result_text.h"
#include "cli/table.h"
#include "cli/units.h"
#include "protocol/json_text.h"
#include "protocol/settings.h"
#include "shell/display_text.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;

std::string jack_text(const Fields& jack) {
  if (!jack.is_true("connected")) return "not connected, waiting for the server";
  const auto rate = jack.number("sample_rate");
  std::string text = "client " + jack.text("client").value_or("?");
  if (rate) text += ", " + rate_text(*rate);
  if (const auto block = jack.number("buffer_size")) text += ", blocks of " + frames_text(*block, rate);
  text += jack.is_true("realtime") ? ", realtime" : ", not realtime";
  if (const auto latency = jack.number("latency_frames")) text += ", latency " + frames_text(*latency, rate);
  return text;
}

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

void add_settings(Table& table, const json::object& params) {
  for (const auto& [key, value] : params) {
    const protocol::ParamSpec* const setting = protocol::find_setting(key);
    std::string text =
        value.is_string() ? std::string(std::string_view(value.get_string())) : protocol::json_text(value);
    if (setting != nullptr && !setting->unit.empty()) text += ' ' + std::string(setting->unit);
    table.add_row({std::string(key), text});
  }
}

}  // namespace

std::string settings_text(const json::object& params) {
  Table table({{}, {}});
  add_settings(table, params);
  return table.text();
}

std::string status_text(const json::object& result, const Style& style) {
  const Fields status(result);
  const Fields jack = status.object("jack");
  Table table({{}, {}});
  table.add_row({"namrackd", fmt::format("{}, up {}, revision {:.0f}", status.text("version").value_or("?"),
                                         duration_text(status.number("uptime_s").value_or(0.0)),
                                         status.number("rev").value_or(0.0))});
  table.add_row({"model", status.text("current").value_or("none: the dry signal")});
  if (const std::string scene = scene_position_text(status.object("scene").json()); !scene.empty())
    table.add_row({"scene", scene});
  table.add_row({"bypass", status.is_true("bypass") ? "on" : "off"});
  table.add_row({"JACK", jack_text(jack)});
  table.add_row({"DSP load", load_text(status.object("dsp"))});
  if (const Fields bank = status.object("bank"); !bank.json().empty())
    table.add_row({"bank", bank_text(bank)});
  const Fields midi = status.object("midi");
  if (const std::string summary = midi_summary_text(midi); !summary.empty()) table.add_row({"MIDI", summary});
  add_settings(table, status.object("params").json());
  return table.text() +
         trouble_text(jack.number("xruns").value_or(0.0), "xrun", " since the server was joined", style) +
         trouble_text(status.object("dsp").number("faults").value_or(0.0), "fault",
                      ": a model's output overflowed, was silenced and the model started afresh", style) +
         trouble_text(midi.number("dropped").value_or(0.0), "MIDI message",
                      " dropped: came faster than could be carried out", style);
}

std::string event_text(const json::object& params, const Style& style) {
  const Fields event(params);
  std::string line = style.bold(fmt::format("{:<9}", shell::printable(event.text("topic").value_or("?"))));
  if (const auto rev = event.number("rev")) line += fmt::format(" rev {:.0f}", *rev);
  if (const auto frame = event.number("frame")) line += fmt::format(" frame {:.0f}", *frame);
  for (const auto& [key, value] : event.object("data").json()) {
    line +=
        ' ' + shell::printable(std::string_view(key)) + '=' + shell::printable(protocol::json_text(value));
  }
  return line + '\n';
}

}  // namespace namrack::cli
