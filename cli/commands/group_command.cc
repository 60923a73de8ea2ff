#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands/shared_options.h"
#include "cli/commands/subcommands.h"

namespace namrack::cli {

void add_group_command(CLI::App& app, Action& action) {
  const auto file = std::make_shared<std::filesystem::path>();
  const auto params = std::make_shared<boost::json::object>();
  CLI::App* const command = add_method_command(
      app, "tx",
      "  namrack tx chorus.jsonl --at-bar 17\n"
      "  echo '{\"method\":\"bypass\",\"params\":{\"on\":true}}' | namrack tx -\n"
      "\n"
      "One operation a line, as in namrack help-protocol; lines that begin with #\n"
      "are comments:\n"
      "  # the chorus is louder, and has another amp\n"
      "  {\"method\": \"load\", \"params\": {\"name\": \"lead\", \"path\": \"lead.nam\"}}\n"
      "  {\"method\": \"swap\", \"params\": {\"name\": \"lead\"}}\n"
      "  {\"method\": \"set\", \"params\": {\"output_db\": 2}}\n"
      "  {\"method\": \"bypass\", \"params\": {\"on\": false}}");
  command->add_option("FILE", *file, "the operations; - is standard input")->required();
  add_fade_ms(command, params, "tx", " of a swap that names none");
  add_change_options(command, params, "tx");
  command->callback([file, params, &action] { action = RunGroup{.file = *file, .params = *params}; });
}

}  // namespace namrack::cli
