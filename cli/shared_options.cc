#include "cli/shared_options.h"

#include <CLI/CLI.hpp>

#include "protocol/command_table.h"
#include "shell/help_layout.h"

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

void add_if_rev(CLI::App* command, std::optional<std::uint64_t>& if_rev) {
  command->add_option("--if-rev", if_rev, "refuse unless the daemon's state has this revision")
      ->type_name("REV");
}

void add_fade_ms(CLI::App* command, std::optional<double>& fade_ms, const std::string& of) {
  command->add_option("--fade-ms", fade_ms, "length of the crossfade" + of + "; default: the setting fade_ms")
      ->type_name("MS");
}

void add_change_options(CLI::App* command, ChangeOptions& options) {
  CLI::Option* const frame = command
                                 ->add_option("--at-frame", options.at_frame,
                                              "JACK frame at which it is to happen; default: at once")
                                 ->type_name("FRAME");
  CLI::Option* const time =
      command->add_option("--in-ms", options.in_ms, "how long from now it is to happen")->type_name("MS");
  CLI::Option* const bar =
      command->add_option("--at-bar", options.at_bar, "bar of the rolling JACK transport, counted from 1")
          ->type_name("BAR");
  CLI::Option* const beat =
      command
          ->add_option("--at-beat", options.at_beat,
                       "beat in that bar (default 1); without --at-bar the next one of that number")
          ->type_name("BEAT");
  frame->excludes(time)->excludes(bar)->excludes(beat);
  time->excludes(bar)->excludes(beat);
  add_if_rev(command, options.if_rev);
}

void put_change_options(boost::json::object& params, const ChangeOptions& options) {
  put(params, "at_frame", options.at_frame);
  put(params, "in_ms", options.in_ms);
  put(params, "at_bar", options.at_bar);
  put(params, "at_beat", options.at_beat);
  put(params, "if_rev", options.if_rev);
}

}  // namespace namrack::cli
