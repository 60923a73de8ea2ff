#include "cli/commands/arguments.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands/shared_options.h"
#include "cli/commands/subcommands.h"
#include "protocol/quote.h"
#include "shell/display_text.h"
#include "shell/help_layout.h"
#include "shell/usage.h"

namespace namrack::cli {
namespace {

constexpr double kMaxTimeoutSeconds = 86400.0;

void add_global_options(CLI::App& app, GlobalOptions& options) {
  app.add_option("--socket", options.socket,
                 "control socket; default: $NAMRACK_SOCKET, else the user's daemon, else the system's")
      ->type_name("PATH");
  app.add_flag("--json", options.json, "print the result as one line of JSON");
  app.add_option("--timeout", options.timeout_s,
                 "how long to wait for a reply, in seconds; default: 30, counted from the time at which a "
                 "change is to happen")
      ->check(shell::between(0.001, kMaxTimeoutSeconds))
      ->type_name("SECONDS");
  app.set_version_flag("--version", "namrack " NAMRACK_VERSION);
}

/// Bytes that are not UTF-8 can neither be sent nor told in JSON.
void require_utf8(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments)
    if (const std::optional<std::string> byte = shell::not_utf8(argument))
      throw UsageError(protocol::quote(shell::printable(argument)) + " is not UTF-8: " + *byte +
                       "; rename the file, for example with convmv");
}

/// Global options may follow any command, and its positional arguments are shown by their names alone.
void finish_commands(CLI::App& app) {
  for (CLI::App* const command : app.get_subcommands({})) {
    command->fallthrough();
    for (CLI::Option* const option : command->get_options()) {
      if (option->get_positional()) option->type_name("");  // its name says what it is
    }
    finish_commands(*command);
  }
}

}  // namespace

void add_everything(CLI::App& app, Invocation& invocation) {
  app.require_subcommand(1);
  app.fallthrough();
  app.formatter(std::make_shared<shell::HelpLayout>());
  add_global_options(app, invocation.options);
  add_model_commands(app, invocation.action);
  add_state_commands(app, invocation.action);
  add_script_commands(app, invocation.action);
  add_scene_commands(app, invocation.action);
  add_midi_commands(app, invocation.action);
  add_group_command(app, invocation.action);
  add_offline_commands(app, invocation.action);
  add_documentation_commands(app, invocation.action);
  add_other_methods(app, invocation.action);
  finish_commands(app);
  app.footer(
      "namrack COMMAND --help says more. Texts fit the terminal; COLUMNS=200 makes piped ones wider.\n"
      "\n"
      "Examples:\n"
      "  namrack load clean ~/captures/clean.nam && namrack swap clean\n"
      "  namrack --json status | jq .dsp.load_p99\n"
      "  namrack render clean.nam guitar.wav amp.wav\n"
      "\n"
      "Exit codes: 0 ok, 1 error, 2 usage, 3 no connection, 4 timeout; 130 and 143 after\n"
      "Ctrl-C and SIGTERM, which cancel what a waiting command or play has asked for.");
}

Invocation parse_arguments(const std::vector<std::string>& arguments) {
  require_utf8(arguments);
  Invocation invocation;
  CLI::App app("Controls namrackd, a player of Neural Amp Modeler captures, and works on captures offline.",
               "namrack");
  add_everything(app, invocation);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 wants it
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    const auto chosen = app.get_subcommands();
    invocation.action = PrintText{chosen.empty() ? app.help() : chosen.back()->help("namrack")};
  } catch (const CLI::CallForVersion& version) {
    invocation.action = PrintText{std::string(version.what()) + '\n'};
  } catch (const CLI::ParseError& error) {
    const shell::UsageFault fault = shell::explain(app, arguments, error);
    throw UsageError(fault.message, fault.nearest);
  }
  return invocation;
}

}  // namespace namrack::cli
