#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands/model_path.h"
#include "cli/commands/shared_options.h"
#include "cli/commands/subcommands.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;

void add_load(CLI::App& app, Action& action) {
  const auto params = std::make_shared<json::object>();
  CLI::App* const command = add_method_command(app, "load",
                                               "  namrack load clean ~/captures/clean.nam\n"
                                               "  namrack load clean other.nam --replace");
  add_param(command, params, "load", "name", {"NAME", "the name the model gets"})->required();
  const auto put_path = [params](const std::filesystem::path& path) {
    (*params)["path"] = sendable_path(path);
  };
  command
      ->add_option_function<std::filesystem::path>(
          "PATH", put_path, "model file here or below the daemon's model folders, with or without its ending")
      ->required();
  add_param(command, params, "load", "quality",
            {"--quality", "size to run, for models that hold several (from 0 to 1)", "Q"});
  add_param(
      command, params, "load", "if_over",
      {"--if-over", "when it takes more than the CPU budget: slim takes a size that fits; default: refuse",
       "WHAT", true});
  add_param(command, params, "load", "replace",
            {"--replace", "take the place of a loaded model of that name"});
  add_if_rev(command, params, "load");
  call_with(command, action, "load", params);
}

void add_swap(CLI::App& app, Action& action) {
  const auto params = std::make_shared<json::object>();
  CLI::App* const command = add_method_command(app, "swap",
                                               "  namrack swap lead\n"
                                               "  namrack swap lead --fade-ms 100 --in-ms 500\n"
                                               "  namrack swap lead --at-bar 9 --at-beat 3\n"
                                               "  namrack swap --dry");
  add_param_or_null(command, params, "swap", "name", {"NAME", "a loaded model"},
                    {"--dry", "no model: the dry signal"});
  add_fade_ms(command, params, "swap");
  add_change_options(command, params, "swap");
  call_with(command, action, "swap", params, "NAME or --dry");
}

void add_quality(CLI::App& app, Action& action) {
  const auto params = std::make_shared<json::object>();
  CLI::App* const command = add_method_command(app, "quality",
                                               "  namrack quality lead 0.4\n"
                                               "  namrack quality lead 1 --fade-ms 100");
  add_param(command, params, "quality", "name", {"NAME"})->required();
  add_param(command, params, "quality", "quality",
            {"Q", "size to run, from 0 to 1; namrack inspect shows where the steps are"})
      ->required();
  add_fade_ms(command, params, "quality", ", if it is audible");
  add_if_rev(command, params, "quality");
  call_with(command, action, "quality", params);
}

void add_bypass(CLI::App& app, Action& action) {
  const auto params = std::make_shared<json::object>();
  CLI::App* const command =
      add_method_command(app, "bypass", "  namrack bypass toggle\n  namrack bypass off --at-beat 1");
  add_param(command, params, "bypass", "on", {"STATE", "on passes the dry input"})->required();
  add_change_options(command, params, "bypass");
  call_with(command, action, "bypass", params);
}

void add_unload(CLI::App& app, Action& action) {
  const auto params = std::make_shared<json::object>();
  CLI::App* const command = add_method_command(app, "unload", "  namrack unload clean");
  add_param(command, params, "unload", "name", {"NAME"})->required();
  add_if_rev(command, params, "unload");
  call_with(command, action, "unload", params);
}

void add_cancel(CLI::App& app, Action& action) {
  const auto params = std::make_shared<json::object>();
  CLI::App* const command = add_method_command(app, "cancel",
                                               "  namrack pending\n"
                                               "  namrack cancel 3\n"
                                               "  namrack cancel --all");
  CLI::Option* const id =
      add_param(command, params, "cancel", "id", {"ID", "of the change, as namrack pending shows it"});
  add_param(command, params, "cancel", "all", {"--all", "every change that waits"})->excludes(id);
  set_forms(command, {"ID", "--all"});
  call_with(command, action, "cancel", params, "ID or --all");
}

void add_models(CLI::App& app, Action& action) {
  const auto params = std::make_shared<json::object>();
  CLI::App* const command = add_method_command(app, "models",
                                               "  namrack models\n"
                                               "  namrack models marshall crunch\n"
                                               "  namrack models --dir amps");
  const auto put_words = [params](const std::vector<std::string>& words) {
    std::string query;
    for (const std::string& word : words) query += (query.empty() ? "" : " ") + word;
    if (!query.empty()) (*params)["query"] = query;
  };
  command->add_option_function<std::vector<std::string>>("QUERY", put_words,
                                                         "words of its name or folder, in any order");
  add_param(command, params, "models", "dir", {"--dir", "only this folder, on the daemon's machine", "DIR"});
  add_param(command, params, "models", "limit", {"--limit", "how many at most; default 1000", "N"});
  call_with(command, action, "models", params);
}

}  // namespace

void add_model_commands(CLI::App& app, Action& action) {
  add_load(app, action);
  add_swap(app, action);
  add_quality(app, action);
  add_bypass(app, action);
  add_unload(app, action);
  add_bare_command(app, action, "pending",
                   "  namrack swap lead --in-ms 60000 & namrack pending\n"
                   "  namrack --json pending | jq '.changes[].id'");
  add_cancel(app, action);
  add_models(app, action);
  add_bare_command(app, action, "list", "  namrack --json list | jq -r '.models[].name'");
}

}  // namespace namrack::cli
