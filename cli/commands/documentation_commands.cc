#include <CLI/CLI.hpp>

#include "cli/commands/completion.h"
#include "cli/commands/subcommands.h"
#include "protocol/describe.h"
#include "shell/usage.h"

namespace namrack::cli {

void add_documentation_commands(CLI::App& app, Action& action) {
  CLI::App* const reference =
      app.add_subcommand("help-protocol", "Prints the reference of the protocol as Markdown.");
  reference->footer("Examples:\n  namrack help-protocol | less");
  reference->callback([&action] { action = PrintText{protocol::reference_markdown()}; });

  CLI::App* const completion =
      app.add_subcommand("completion", "Prints a script that completes namrack's commands.");
  completion->footer("Examples:\n  eval \"$(namrack completion bash)\"");
  completion->add_option("SHELL", "bash")->required()->expected(1)->check(shell::one_of({"bash"}));
  completion->callback([&app, &action] { action = PrintText{bash_completion(app)}; });
}

}  // namespace namrack::cli
