#include "protocol/describe.h"

#include <fmt/format.h>

#include <iterator>

#include "protocol/command_table.h"
#include "protocol/error.h"
#include "protocol/field_table.h"
#include "protocol/json_text.h"
#include "protocol/parameter_json.h"
#include "protocol/problem.h"
#include "protocol/setting_table.h"
#include "protocol/topic.h"

namespace namrack::protocol {
namespace {

using Out = std::back_insert_iterator<std::string>;

void describe_field(Out out, const FieldSpec& field) {
  if (!field.help.empty()) fmt::format_to(out, "| `{}` | {} |\n", field.field, field.help);
}

bool is_inside(std::string_view field, std::string_view outer) {
  return field.starts_with(outer) && (field[outer.size()] == '.' || field[outer.size()] == '[');
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
  fmt::format_to(out, "\n| Result | Meaning |\n|---|---|\n");
  for (const ResultField& field : command.result) {
    fmt::format_to(out, "| `{}` | {} |\n", field.name, field.help);
    for (const FieldSpec& inside : fields_in_result(command.name))
      if (is_inside(inside.field, field.name)) describe_field(out, inside);
  }
}

void describe_settings(Out out) {
  const boost::json::object defaults = values_json(kSettings, Settings());
  fmt::format_to(out, "\n## Settings\n\n| Setting | Value | Default | Meaning |\n|---|---|---|---|\n");
  for (const ParamSpec& setting : kSettingParams) {
    fmt::format_to(out, "| `{}` | {} | `{}` | {} |\n", setting.name, describe_type(setting),
                   json_text(defaults.at(setting.name)), setting.help);
  }
}

std::string describe(const SameAs& as) {
  if (as == kTheSettings) return "the settings, by name";
  return as.field.empty() ? fmt::format("what `{}` returns", as.method)
                          : fmt::format("`{}` as `{}` returns it", as.field, as.method);
}

void describe_topics(Out out) {
  fmt::format_to(out, "\n## Topics\n\n| Topic | Meaning |\n|---|---|\n");
  for (const TopicSpec& topic : kTopics) fmt::format_to(out, "| `{}` | {} |\n", topic.name, topic.help);
  fmt::format_to(out, "\n## Data of events\n\n| Topic | Data | Meaning |\n|---|---|---|\n");
  for (const TopicSpec& topic : kTopics) {
    for (const FieldSpec& field : fields_of_event(topic.name)) {
      if (field.field.empty())
        fmt::format_to(out, "| `{}` | | {} |\n", topic.name, describe(field.as));
      else
        fmt::format_to(out, "| `{}` | `{}` | {} |\n", topic.name, field.field, field.help);
    }
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
