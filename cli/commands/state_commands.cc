#include <CLI/CLI.hpp>
#include <boost/json/parse.hpp>
#include <memory>
#include <optional>

#include "cli/commands/setting_argument.h"
#include "cli/commands/shared_options.h"
#include "cli/commands/subcommands.h"
#include "protocol/setting_table.h"
#include "protocol/topic.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;

std::string settings_help() {
  std::string text = "\nSettings:\n";
  for (const protocol::ParamSpec& setting : protocol::kSettingParams) {
    text += "  " + std::string(setting.name) + ": " + describe_type(setting) + "; " +
            std::string(setting.help) + '\n';
  }
  return text;
}

void add_set(CLI::App& app, Action& action) {
  const auto settings = std::make_shared<std::vector<std::string>>();
  const auto when = std::make_shared<json::object>();
  CLI::App* const command = add_method_command(app, "set",
                                               "  namrack set output_db=-6 level_mode=normalized\n"
                                               "  namrack set output_db=0 --in-ms 2000\n" +
                                                   settings_help());
  command->add_option("SETTING", *settings, "KEY=VALUE, what to change; all or nothing")->required();
  add_change_options(command, when, "set");
  command->callback([settings, when, &action] {
    json::object params;
    for (const std::string& argument : *settings) {
      const std::optional<SettingArgument> setting = parse_setting(argument);
      if (!setting) throw CLI::ValidationError("SETTING", "expected KEY=VALUE, found " + argument);
      if (params.contains(setting->key)) throw CLI::ValidationError(setting->key + " is given twice");
      params[setting->key] = setting->value;
    }
    for (const auto& [key, value] : *when) params[key] = value;
    action = RemoteCall{"set", params};
  });
}

void add_get(CLI::App& app, Action& action) {
  const auto params = std::make_shared<json::object>();
  CLI::App* const command =
      add_method_command(app, "get", "  namrack get\n  namrack get output_db\n" + settings_help());
  add_param(command, params, "get", "key", {"KEY", "one setting; default: all"});
  call_with(command, action, "get", params);
}

std::string topics_help() {
  std::string text = "\nTopics:\n";
  for (const protocol::TopicSpec& topic : protocol::kTopics) {
    text += "  " + std::string(topic.name) + ": " + std::string(topic.help) + '\n';
  }
  return text;
}

void add_events(CLI::App& app, Action& action) {
  const auto params = std::make_shared<json::object>();
  CLI::App* const command =
      app.add_subcommand("events", "Prints events, one a line, until it is interrupted.");
  command->footer(
      "Examples:\n  namrack events\n  namrack events swap xrun\n  namrack events meters --rate 5 --json\n" +
      topics_help());
  add_param(command, params, "subscribe", "topics", {"TOPIC", "default: all but meters"});
  add_param(command, params, "subscribe", "rate_hz", {"--rate", "of the topic meters", "HZ"});
  command->callback([params, &action] {
    json::array states;
    for (const protocol::TopicSpec& topic : protocol::kTopics)
      if (topic.is_state) states.emplace_back(topic.name);
    if (!params->contains("topics")) (*params)["topics"] = states;
    action = WatchEvents{*params};
  });
}

void add_call(CLI::App& app, Action& action) {
  struct Arguments {
    std::string method;
    std::string params = "{}";
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command =
      app.add_subcommand("call", "Calls any method of the protocol and prints its result as JSON.");
  command->footer("Examples:\n  namrack call swap '{\"name\": null, \"fade_ms\": 50}'");
  command->add_option("METHOD", arguments->method, "as in namrack help-protocol")->required();
  command->add_option("PARAMS", arguments->params, "a JSON object")->type_name("JSON");
  command->callback([arguments, &action] {
    json::error_code error;
    const json::value params = json::parse(arguments->params, error);
    if (error) throw CLI::ValidationError("PARAMS", "not JSON: " + error.message());
    if (!params.is_object()) throw CLI::ValidationError("PARAMS", "expected a JSON object");
    action = RemoteCall{arguments->method, params.get_object(), true};
  });
}

}  // namespace

void add_state_commands(CLI::App& app, Action& action) {
  add_bare_command(app, action, "status", "  namrack status\n  namrack --json status | jq .jack.xruns");
  add_set(app, action);
  add_get(app, action);
  add_events(app, action);
  add_call(app, action);
  add_bare_command(app, action, "hello", "  namrack hello");
  add_bare_command(app, action, "ping", "  namrack ping --timeout 1 || systemctl restart namrackd");
}

}  // namespace namrack::cli
