#include "cli/text/event_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "cli/text/fields.h"
#include "cli/text/midi_text.h"
#include "cli/text/result_text.h"
#include "cli/text/units.h"
#include "protocol/wire/json_text.h"
#include "shell/display_text.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;

constexpr double kSilenceDb = -199.0;
// A threshold that no player hears as a change.
constexpr double kLeastMatchDb = 0.05;

std::string clock_text(std::chrono::system_clock::time_point time) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  return fmt::format("{:%H:%M:%S}.{:03}", fmt::localtime(std::chrono::system_clock::to_time_t(time)),
                     ms % 1000);
}

std::string swap_text(const Fields& swap) {
  std::string text = name_text(swap, "name") + " after " + name_text(swap, "previous");
  if (const double skipped = swap.number("skipped_frames").value_or(0.0); skipped > 0.0)
    text += ", not warm: skipped " + frames_text(skipped, std::nullopt);
  const auto match = swap.text("name") ? swap.number("match_db") : std::nullopt;
  if (match && std::abs(*match) > kLeastMatchDb) text += ", match " + gain_text(*match);
  if (swap.json().contains("applied") && !swap.is_true("applied")) return text + when_text(swap);
  if (const auto frames = swap.number("fade_frames")) text += ", fade " + frames_text(*frames, std::nullopt);
  return text;
}

std::string loads_text(const Fields& data) {
  return fmt::format("load mean {}, max {}", percent_text(data.number("load_mean").value_or(0.0)),
                     percent_text(data.number("load_max").value_or(0.0)));
}

std::string faded_text(const Fields& data) {
  const double xruns = data.number("xruns").value_or(0.0);
  return name_text(data, "name") + ", " + loads_text(data) +
         (xruns > 0.0 ? ", " + counted_text(xruns, "xrun") : "");
}

std::string bank_event_text(const Fields& data) {
  std::string text = data.text("name").value_or("?") + ' ' + data.text("change").value_or("?");
  if (const auto architecture = data.text("architecture")) text += ": " + *architecture;
  if (const auto path = data.text("path")) text += ", " + *path;
  return text;
}

std::string scene_event_text(const Fields& data) {
  const std::string name = data.text("name").value_or("");
  return data.text("change").value_or("?") + (name.empty() ? "" : ' ' + name);
}

std::string bypass_event_text(const Fields& data) {
  const std::string_view state = data.is_true("bypass") ? "on" : "off";
  return fmt::format("{}{}", state, data.is_true("applied") ? "" : when_text(data));
}

std::string problem_event_text(const Fields& data) {
  const std::string_view state = data.is_true("active") ? "" : "over: ";
  return fmt::format("{}{} ({})", state, data.text("message").value_or("?"), data.text("code").value_or("?"));
}

std::string xrun_text(const Fields& data) {
  return fmt::format("{}, {} in all", counted_text(data.number("count").value_or(0.0), "xrun"),
                     count_text(data.number("total").value_or(0.0)));
}

std::string overload_text(const Fields& data) {
  return loads_text(data) + ", over " + counted_text(data.number("blocks").value_or(0.0), "block");
}

std::string level_text(const Fields& level) {
  const double peak = level.number("peak_db").value_or(kSilenceDb);
  if (peak <= kSilenceDb) return "silent";
  return fmt::format("peak {:.1f}, RMS {:.1f} dBFS", peak, level.number("rms_db").value_or(kSilenceDb));
}

std::string meters_text(const Fields& data) {
  return fmt::format("in {}; out {}", level_text(data.object("input")), level_text(data.object("output")));
}

std::string lost_text(const Fields& data) {
  return counted_text(data.number("n").value_or(0.0), "event") + " lost: this client reads too slowly";
}

struct TopicWriter {
  std::string_view topic;
  std::string (*write)(const Fields& data);
};

constexpr auto kTopicWriters = std::to_array<TopicWriter>({{"bank", bank_event_text},
                                                           {"bypass", bypass_event_text},
                                                           {"faded", faded_text},
                                                           {"jack", jack_text},
                                                           {"lost", lost_text},
                                                           {"meters", meters_text},
                                                           {"midi", midi_event_text},
                                                           {"overload", overload_text},
                                                           {"problem", problem_event_text},
                                                           {"scene", scene_event_text},
                                                           {"swap", swap_text},
                                                           {"xrun", xrun_text}});

/// An event whose topic is newer than this program: key and value, numbers with four digits.
std::string other_text(const json::object& data) {
  std::string text;
  for (const auto& [key, value] : data) {
    text += (text.empty() ? "" : ", ") + std::string(std::string_view(key)) + ' ';
    text += value.is_double()   ? fmt::format("{:.4g}", value.get_double())
            : value.is_string() ? std::string(std::string_view(value.get_string()))
                                : protocol::json_text(value);
  }
  return text;
}

}  // namespace

EventText::EventText(const json::object& state, const Style& style)
    : style_(style), settings_(Fields(state).object("params").json()) {}

std::string EventText::phrase(const std::string& topic, const json::object& data) {
  if (topic == "params") {
    json::object changed;
    for (const auto& [key, value] : data) {
      const json::value* const before = settings_.if_contains(key);
      if (before == nullptr || *before != value) changed[key] = value;
    }
    std::string text = changed.empty() ? "nothing changed" : setting_changes_text(settings_, changed);
    for (const auto& [key, value] : changed) settings_[key] = value;
    return text;
  }
  const auto* const writer = std::ranges::find(kTopicWriters, topic, &TopicWriter::topic);
  return writer != kTopicWriters.end() ? writer->write(Fields(data)) : other_text(data);
}

std::string EventText::line(const json::object& params, std::chrono::system_clock::time_point time) {
  const Fields event(params);
  const std::string topic = shell::printable(event.text("topic").value_or("?"));
  const std::string begin = fmt::format("{} {:<9}", clock_text(time), topic);
  const std::string text = shell::printable(phrase(topic, event.object("data").json()));
  const std::size_t used = shell::display_width(begin) + 1;
  const std::size_t room = style_.columns() > used ? style_.columns() - used : 0;
  return fmt::format("{} {} {}\n", begin.substr(0, 12), style_.bold(begin.substr(13)),
                     shell::shortened(text, room));
}

}  // namespace namrack::cli
