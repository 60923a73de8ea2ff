#include <CLI/CLI.hpp>
#include <boost/json/parse.hpp>
#include <memory>
#include <optional>

#include "cli/setting_argument.h"
#include "cli/shared_options.h"
#include "cli/subcommands.h"
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
  struct Arguments {
    std::vector<std::string> settings;
    ChangeOptions change;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command = add_method_command(app, "set",
                                               "  namrack set output_db=-6 level_mode=normalized\n"
                                               "  namrack set output_db=0 --in-ms 2000\n" +
                                                   settings_help());
  command->add_option("SETTING", arguments->settings, "KEY=VALUE, what to change; all or nothing")
      ->required();
  add_change_options(command, arguments->change);
  command->callback([arguments, &action] {
    json::object params;
    for (const std::string& argument : arguments->settings) {
      const std::optional<SettingArgument> setting = parse_setting(argument);
      if (!setting) throw CLI::ValidationError("SETTING", "expected KEY=VALUE, found " + argument);
      if (params.contains(setting->key)) throw CLI::ValidationError(setting->key + " is given twice");
      params[setting->key] = setting->value;
    }
    put_change_options(params, arguments->change);
    action = RemoteCall{"set", params};
  });
}

void add_get(CLI::App& app, Action& action) {
  const auto key = std::make_shared<std::optional<std::string>>();
  CLI::App* const command =
      add_method_command(app, "get", "  namrack get\n  namrack get output_db\n" + settings_help());
  command->add_option("KEY", *key, "one setting; default: all");
  command->callback([key, &action] {
    json::object params;
    if (*key) params["key"] = **key;
    action = RemoteCall{"get", params};
  });
}

std::string topics_help() {
  std::string text = "\nTopics:\n";
  for (const protocol::TopicSpec& topic : protocol::kTopics) {
    text += "  " + std::string(topic.name) + ": " + std::string(topic.help) + '\n';
  }
  return text;
}

void add_events(CLI::App& app, Action& action) {
  struct Arguments {
    std::vector<std::string> topics;
    std::optional<double> rate_hz;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command =
      app.add_subcommand("events", "Prints events, one a line, until it is interrupted.");
  command->footer(
      "Examples:\n  namrack events\n  namrack events swap xrun\n  namrack events meters --rate 5 --json\n" +
      topics_help());
  command->add_option("TOPIC", arguments->topics, "default: all but meters");
  command->add_option("--rate", arguments->rate_hz, "of the topic meters")->type_name("HZ");
  command->callback([arguments, &action] {
    json::array topics(arguments->topics.begin(), arguments->topics.end());
    if (topics.empty()) {
      for (const protocol::TopicSpec& topic : protocol::kTopics) {
        if (topic.is_state) topics.emplace_back(topic.name);
      }
    }
    json::object params{{"topics", topics}};
    if (arguments->rate_hz) params["rate_hz"] = *arguments->rate_hz;
    action = WatchEvents{params};
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
