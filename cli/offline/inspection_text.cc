#include <fmt/format.h>

#include "cli/text/fields.h"
#include "cli/text/result_text.h"
#include "cli/text/table.h"
#include "cli/text/units.h"
#include "protocol/wire/json_text.h"
#include "shell/display_text.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;

/// Long values of metadata, such as the trainer's checks, are cut to one readable line.
constexpr std::size_t kMaxMetadataWidth = 90;

std::string metadata_value(const json::value& value) {
  std::string text =
      value.is_string() ? std::string(std::string_view(value.get_string())) : protocol::json_text(value);
  text = shell::printable(text);
  return shell::shortened(text, kMaxMetadataWidth);
}

void add_metadata(Table& table, const json::object& metadata, const std::string& prefix) {
  for (const auto& [key, value] : metadata) {
    const std::string name = prefix + std::string(key);
    if (value.is_object()) {
      add_metadata(table, value.get_object(), name + ".");
    } else if (!value.is_null()) {
      table.add_row({"  " + name, metadata_value(value)});
    }
  }
}

void add_quality_steps(Table& table, const json::object& result) {
  const json::value* const steps = result.if_contains("quality_steps");
  if (steps == nullptr || !steps->is_array() || steps->get_array().size() < 2) return;
  for (const json::value& item : steps->get_array()) {
    if (!item.is_object()) continue;
    const Fields step(item.get_object());
    table.add_row({fmt::format("quality {}", step.number("from").value_or(0.0)),
                   fmt::format("{} weights, {} multiply-adds a sample",
                               count_text(step.number("weights").value_or(0.0)),
                               count_text(step.number("macs_per_sample").value_or(0.0)))});
  }
}

}  // namespace

std::string inspection_text(const json::object& result, const Style& style) {
  const Fields model(result);
  const auto rate = model.number("sample_rate");
  const auto loudness = model.number("loudness");
  Table table({{}, {"", Table::Align::left, Table::Fit::beginning}});
  const std::string path = model.text("path").value_or("");
  table.add_row({"format", model.text("version").value_or(std::string(kUnknown))});
  table.add_row({"architecture", model.text("architecture").value_or(std::string(kUnknown))});
  table.add_row({"sample rate", rate ? rate_text(*rate) : "not stated, 48 kHz assumed"});
  table.add_row({"weights", count_text(model.number("weights").value_or(0.0))});
  table.add_row({"receptive field",
                 frames_text(model.number("receptive_field").value_or(0.0), rate.value_or(48000.0))});
  table.add_row(
      {"cost", count_text(model.number("macs_per_sample").value_or(0.0)) + " multiply-adds a sample"});
  table.add_row({"loudness", loudness ? decibel_text(*loudness) + "FS" : "not stated"});
  if (const auto measured = model.number("measured_loudness"))
    table.add_row({"measured loudness", decibel_text(*measured) + "FS"});
  add_quality_steps(table, result);
  const json::object& metadata = model.object("metadata").json();
  if (!metadata.empty()) {
    table.add_row({"metadata", ""});
    add_metadata(table, metadata, "");
  }
  // The end of a file's name says most.
  constexpr std::string_view kFile = "file  ";
  const std::string name = shell::shortened(path, style.columns() - kFile.size(), shell::Keep::end);
  return fmt::format("{}{}\n", kFile, shell::printable(name)) + table.text(style.columns()) +
         style.fit(warnings_text(model, style));
}

}  // namespace namrack::cli
