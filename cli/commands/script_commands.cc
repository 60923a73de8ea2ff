#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands/subcommands.h"
#include "shell/usage.h"

namespace namrack::cli {
namespace {

constexpr double kMaxSeconds = 86400.0;

}  // namespace

void add_script_commands(CLI::App& app, Action& action) {
  const auto play = std::make_shared<PlayScript>();
  CLI::App* const command =
      app.add_subcommand("play", "Sends the requests of a script to the daemon, each for its time.");
  command->footer(
      "A script has one JSON object a line: a method, its params, and at_ms or at_frame,\n"
      "counted from where the script begins. Lines without a time come first and are\n"
      "carried out before that; lines that begin with # are comments. Methods that take\n"
      "no time, such as load and scene.save, are sent when their time has come, and what\n"
      "follows waits for them: leave them some. A line that fails is reported, and the\n"
      "rest goes on. namrack render --script plays the same file offline.\n"
      "\n"
      "Example of a script:\n"
      "  {\"method\":\"load\",\"params\":{\"name\":\"clean\",\"path\":\"clean.nam\"}}\n"
      "  {\"at_ms\":0,\"method\":\"swap\",\"params\":{\"name\":\"clean\"}}\n"
      "  {\"at_ms\":8000,\"method\":\"set\",\"params\":{\"input_db\":6}}\n"
      "  {\"at_ms\":16000,\"method\":\"bypass\",\"params\":{\"on\":true}}\n"
      "\n"
      "Examples:\n"
      "  namrack play show.jsonl\n"
      "  namrack play show.jsonl --lead 4 --json");
  command->add_option("FILE", play->file, "script; - is standard input")->required();
  CLI::Option* const lead = command->add_option("--lead", play->lead_s, "time until it begins")
                                ->capture_default_str()
                                ->check(shell::between(0.0, kMaxSeconds))
                                ->type_name("SECONDS");
  command->add_option("--at-frame", play->at_frame, "JACK frame at which it begins")
      ->excludes(lead)
      ->type_name("FRAME");
  command->add_option("--ahead", play->ahead_s, "how long before its time a line is sent")
      ->capture_default_str()
      ->check(shell::between(0.0, kMaxSeconds))
      ->type_name("SECONDS");
  command->callback([play, &action] { action = *play; });
}

}  // namespace namrack::cli
