#include "protocol/describe.h"

#include <fmt/format.h>

#include <iterator>

#include "protocol/command_table.h"
#include "protocol/error.h"
#include "protocol/field_spec.h"
#include "protocol/parameter_json.h"
#include "protocol/problem.h"
#include "protocol/setting_table.h"
#include "protocol/topic.h"
#include "protocol/wire/json_text.h"

namespace namrack::protocol {
namespace {

using Out = std::back_insert_iterator<std::string>;

void describe_fields(Out out, std::span<const FieldSpec> fields, const std::string& prefix,
                     const std::string& before) {
  for (const FieldSpec& field : fields) {
    const std::string name = prefix + std::string(field.name);
    fmt::format_to(out, "{}| `{}`{} | {} | {} |\n", before, name, field.is_optional ? " (optional)" : "",
                   describe_type(field), field.help);
    describe_fields(out, field.fields, name + (field.type == FieldType::list ? "[]." : "."), before);
  }
}

void describe_command(Out out, const CommandSpec& command) {
  fmt::format_to(out, "\n### `{}`\n\n{}\n", command.name, command.summary);
  if (!command.params.empty()) {
    fmt::format_to(out, "\n| Parameter | Value | Meaning |\n|---|---|---|\n");
    for (const ParamSpec& param : command.params) {
      fmt::format_to(out, "| `{}`{} | {} | {} |\n", param.name, param.required ? "" : " (optional)",
                     describe_type(param), param.help);
    }
  }
  if (command.result.empty()) {
    fmt::format_to(out, "\nResult: `{{}}`.\n");
    return;
  }
  fmt::format_to(out, "\n| Result | Value | Meaning |\n|---|---|---|\n");
  describe_fields(out, command.result, "", "");
}

void describe_settings(Out out) {
  const boost::json::object defaults = values_json(kSettings, Settings());
  fmt::format_to(out, "\n## Settings\n\n| Setting | Value | Default | Meaning |\n|---|---|---|---|\n");
  for (const ParamSpec& setting : kSettingParams) {
    fmt::format_to(out, "| `{}` | {} | `{}` | {} |\n", setting.name, describe_type(setting),
                   json_text(defaults.at(setting.name)), setting.help);
  }
}

void describe_topics(Out out) {
  fmt::format_to(out, "\n## Topics\n\n| Topic | Meaning |\n|---|---|\n");
  for (const TopicSpec& topic : kTopics) fmt::format_to(out, "| `{}` | {} |\n", topic.name, topic.help);
  fmt::format_to(out, "\n## Data of events\n\n| Topic | Data | Value | Meaning |\n|---|---|---|---|\n");
  for (const TopicSpec& topic : kTopics) {
    const EventSpec& event = event_spec(topic.topic);
    const std::string first = fmt::format("| `{}` ", topic.name);
    if (!event.base_is.empty()) fmt::format_to(out, "{}| | | {} |\n", first, event.base_is);
    describe_fields(out, event.data, "", first);
  }
}

void describe_problems(Out out) {
  fmt::format_to(out, "\n## Problems\n\n| `code` | `severity` | While |\n|---|---|---|\n");
  for (const ProblemSpec& problem : kProblems)
    fmt::format_to(out, "| `{}` | {} | {} |\n", problem.name, problem.is_error ? "error" : "warn",
                   problem.help);
}

void describe_errors(Out out) {
  fmt::format_to(out, "\n## Errors\n\n| Code | `data.code` | When |\n|---|---|---|\n");
  for (const ErrorSpec& error : error_table()) {
    fmt::format_to(out, "| {} | `{}` | {} |\n", error_number(error.code), error.name, error.when);
  }
}

}  // namespace

std::string describe_type(const FieldSpec& field) {
  constexpr auto kWords = std::to_array<std::string_view>(
      {"string", "number", "whole number", "true or false", "object", "array of objects", "array of strings",
       "array of whole numbers", "any"});
  std::string text(kWords.at(static_cast<std::size_t>(field.type)));
  if (!field.unit.empty()) text += fmt::format(", {}", field.unit);
  return field.is_nullable ? text + ", or null" : text;
}

std::string reference_markdown() {
  std::string text = "## Methods\n";
  const Out out = std::back_inserter(text);
  for (const CommandSpec& command : command_table()) describe_command(out, command);
  describe_settings(out);
  describe_topics(out);
  describe_problems(out);
  describe_errors(out);
  return text;
}

}  // namespace namrack::protocol
