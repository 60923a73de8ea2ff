#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "cli/shared_options.h"
#include "cli/subcommands.h"

namespace namrack::cli {

void add_group_command(CLI::App& app, Action& action) {
  struct Arguments {
    std::filesystem::path file;
    std::optional<double> fade_ms;
    ChangeOptions change;
  };
  const auto arguments = std::make_shared<Arguments>();
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
  command->add_option("FILE", arguments->file, "the operations; - is standard input")->required();
  add_fade_ms(command, arguments->fade_ms, " of a swap that names none");
  add_change_options(command, arguments->change);
  command->callback([arguments, &action] {
    RunGroup group{.file = arguments->file, .params = {}};
    put(group.params, "fade_ms", arguments->fade_ms);
    put_change_options(group.params, arguments->change);
    action = group;
  });
}

}  // namespace namrack::cli
