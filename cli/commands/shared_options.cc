#include "cli/commands/shared_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/value_from.hpp>
#include <cctype>
#include <cstdint>
#include <utility>
#include <vector>

#include "protocol/command_table.h"
#include "shell/help_layout.h"
#include "shell/usage.h"

namespace namrack::cli {

CLI::App* add_method_command(CLI::App& parent, const std::string& method, const std::string& examples) {
  const std::string verb = method.substr(method.find('.') + 1);
  CLI::App* const command = parent.add_subcommand(verb, std::string(protocol::find_command(method)->summary));
  command->footer("Examples:\n" + examples);
  return command;
}

void set_forms(CLI::App* command, std::vector<std::string> forms) {
  command->formatter(std::make_shared<shell::HelpLayout>(std::move(forms)));
}

void add_bare_command(CLI::App& parent, Action& action, const std::string& method,
                      const std::string& examples) {
  CLI::App* const command = add_method_command(parent, method, examples);
  command->callback([method, &action] { action = RemoteCall{method, {}}; });
}

CLI::App* add_family(CLI::App& app, const std::string& name, const std::string& summary,
                     const std::string& examples) {
  CLI::App* const family = app.add_subcommand(name, summary);
  family->require_subcommand(1);
  family->footer("Examples:\n" + examples);
  return family;
}

namespace {

template <typename T>
CLI::Option* add_value(CLI::App* command, const Params& params, std::string_view name,
                       const ParamOption& option) {
  const auto put = [params, key = std::string(name)](const T& value) {
    (*params)[key] = boost::json::value_from(value);
  };
  return command->add_option_function<T>(option.flag, put, option.help);
}

// "on" and "off" are what people say for true and false.
CLI::Option* add_switch(CLI::App* command, const Params& params, std::string_view name,
                        const ParamOption& option, std::vector<std::string> words) {
  const auto put = [params, key = std::string(name)](const std::string& word) {
    (*params)[key] =
        word == "on" || word == "off" ? boost::json::value(word == "on") : boost::json::value(word);
  };
  return command->add_option_function<std::string>(option.flag, put, option.help)
      ->check(shell::one_of(std::move(words)));
}

CLI::Option* add_by_type(CLI::App* command, const Params& params, const protocol::ParamSpec& param,
                         const ParamOption& option) {
  using enum protocol::ParamType;
  switch (param.type) {
    case number:
      return add_value<double>(command, params, param.name, option);
    case integer:
      return add_value<std::uint64_t>(command, params, param.name, option);
    case boolean:
      if (!option.flag.starts_with('-') || !option.type_name.empty())
        return add_switch(command, params, param.name, option, {"on", "off"});
      return command->add_flag_callback(
          option.flag, [params, key = std::string(param.name)] { (*params)[key] = true; }, option.help);
    case on_off_toggle:
      return add_switch(command, params, param.name, option, {"on", "off", "toggle"});
    case choice_list:
    case name_list:
      return add_value<std::vector<std::string>>(command, params, param.name, option);
    default:
      return add_value<std::string>(command, params, param.name, option);
  }
}

CLI::App* find_subcommand(CLI::App& app, const std::string& name) {
  for (CLI::App* const command : app.get_subcommands({}))
    if (command->get_name() == name) return command;
  return nullptr;
}

}  // namespace

CLI::Option* add_param(CLI::App* command, const Params& params, std::string_view method,
                       std::string_view name, const ParamOption& option) {
  const protocol::ParamSpec& param = protocol::find_param(method, name);
  ParamOption shown = option;
  if (shown.help.empty()) shown.help = param.help;
  CLI::Option* const added = add_by_type(command, params, param, shown);
  if (option.is_checked &&
      (param.type == protocol::ParamType::number || param.type == protocol::ParamType::integer))
    added->check(shell::between(param.min, param.max));
  if (option.is_checked && param.type == protocol::ParamType::choice)
    added->check(shell::one_of({param.choices.begin(), param.choices.end()}));
  if (!option.type_name.empty()) added->type_name(option.type_name);
  return added;
}

void add_param_or_null(CLI::App* command, const Params& params, std::string_view method,
                       std::string_view name, const ParamOption& option, const ParamOption& null) {
  CLI::Option* const value = add_param(command, params, method, name, option);
  command
      ->add_flag_callback(
          null.flag, [params, key = std::string(name)] { (*params)[key] = nullptr; }, null.help)
      ->excludes(value);
  set_forms(command, {option.flag, null.flag});
}

void call_with(CLI::App* command, Action& action, const std::string& method, const Params& params,
               const std::string& needed) {
  command->callback([params, method, needed, &action] {
    const auto is_missing = [&](const protocol::ParamSpec& param) {
      return param.required && !params->contains(param.name);
    };
    if (!needed.empty() &&
        (params->empty() || std::ranges::any_of(protocol::find_command(method)->params, is_missing)))
      throw CLI::RequiredError(needed);
    action = RemoteCall{method, *params};
  });
}

void add_if_rev(CLI::App* command, const Params& params, std::string_view method) {
  add_param(command, params, method, "if_rev",
            {"--if-rev", "refuse unless the daemon's state has this revision", "REV"});
}

void add_fade_ms(CLI::App* command, const Params& params, std::string_view method, const std::string& of) {
  add_param(command, params, method, "fade_ms",
            {"--fade-ms", "length of the crossfade" + of + "; default: the setting fade_ms", "MS"});
}

void add_change_options(CLI::App* command, const Params& params, std::string_view method) {
  const auto add = [&](std::string_view name, const ParamOption& option) {
    return add_param(command, params, method, name, option);
  };
  CLI::Option* const frame =
      add("at_frame", {"--at-frame", "JACK frame at which it is to happen; default: at once", "FRAME"});
  CLI::Option* const time = add("in_ms", {"--in-ms", "how long from now it is to happen", "MS"});
  CLI::Option* const bar =
      add("at_bar", {"--at-bar", "bar of the rolling JACK transport, counted from 1", "BAR"});
  CLI::Option* const beat = add(
      "at_beat",
      {"--at-beat", "beat in that bar (default 1); without --at-bar the next one of that number", "BEAT"});
  frame->excludes(time)->excludes(bar)->excludes(beat);
  time->excludes(bar)->excludes(beat);
  add_if_rev(command, params, method);
}

void add_other_methods(CLI::App& app, Action& action) {
  for (const protocol::CommandSpec& spec : protocol::command_table()) {
    const std::string method(spec.name);
    // They ask for events, which only `events` prints.
    if (method == "subscribe" || method == "unsubscribe") continue;
    const std::size_t dot = method.find('.');
    CLI::App* parent = &app;
    if (dot != std::string::npos) parent = find_subcommand(app, method.substr(0, dot));
    if (parent == nullptr || find_subcommand(*parent, method.substr(dot + 1)) != nullptr) continue;
    CLI::App* const command = parent->add_subcommand(method.substr(dot + 1), std::string(spec.summary));
    const auto params = std::make_shared<boost::json::object>();
    for (const protocol::ParamSpec& param : spec.params) {
      std::string name(param.name);
      std::ranges::replace(name, '_', '-');
      if (param.required)
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
      add_param(command, params, method, param.name, {.flag = param.required ? name : "--" + name})
          ->required(param.required);
    }
    call_with(command, action, method, params);
  }
}

}  // namespace namrack::cli
