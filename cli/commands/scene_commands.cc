#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands/shared_options.h"
#include "cli/commands/subcommands.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;

/// A method that takes a name and nothing else.
void add_named(CLI::App& family, Action& action, const std::string& method, const std::string& what,
               const std::string& examples) {
  const auto params = std::make_shared<json::object>();
  CLI::App* const command = add_method_command(family, method, examples);
  add_param(command, params, method, "name", {"NAME", what})->required();
  add_if_rev(command, params, method);
  call_with(command, action, method, params);
}

/// recall, next and prev: a scene by its name or by its place.
void add_recall(CLI::App& family, Action& action, const std::string& method, bool by_name,
                const std::string& examples) {
  const auto params = std::make_shared<json::object>();
  CLI::App* const command = add_method_command(family, method, examples);
  if (by_name) add_param(command, params, method, "name", {"NAME"})->required();
  add_fade_ms(command, params, method);
  add_change_options(command, params, method);
  call_with(command, action, method, params);
}

void add_rename(CLI::App& family, Action& action) {
  const auto params = std::make_shared<json::object>();
  CLI::App* const command =
      add_method_command(family, "scene.rename", "  namrack scene rename verse \"verse, dry\"");
  add_param(command, params, "scene.rename", "name", {"NAME"})->required();
  add_param(command, params, "scene.rename", "to", {"TO"})->required();
  add_if_rev(command, params, "scene.rename");
  call_with(command, action, "scene.rename", params);
}

void add_setlist_save(CLI::App& family, Action& action) {
  const auto params = std::make_shared<json::object>();
  CLI::App* const command =
      add_method_command(family, "setlist.save", "  namrack setlist save tour intro verse chorus verse");
  add_param(command, params, "setlist.save", "name", {"NAME"})->required();
  add_param(command, params, "setlist.save", "scenes", {"SCENE", "scenes in their order; one may come again"})
      ->required();
  add_if_rev(command, params, "setlist.save");
  call_with(command, action, "setlist.save", params);
}

void add_setlist_use(CLI::App& family, Action& action) {
  const auto params = std::make_shared<json::object>();
  CLI::App* const command = add_method_command(family, "setlist.use",
                                               "  namrack setlist use tour\n"
                                               "  namrack setlist use --none");
  add_param_or_null(command, params, "setlist.use", "name", {"NAME", "a setlist"},
                    {"--none", "no setlist: all scenes, as saved"});
  add_if_rev(command, params, "setlist.use");
  call_with(command, action, "setlist.use", params, "NAME or --none");
}

}  // namespace

void add_scene_commands(CLI::App& app, Action& action) {
  CLI::App& scene = *add_family(
      app, "scene", "Saves and recalls scenes: model, quality, bypass and settings under one name.",
      "  namrack swap lead && namrack set output_db=-3 && namrack scene save solo\n"
      "  namrack scene recall solo");
  add_named(scene, action, "scene.save", "the scene; one of that name is replaced",
            "  namrack scene save solo");
  add_recall(scene, action, "scene.recall", true,
             "  namrack scene recall solo\n"
             "  namrack scene recall solo --fade-ms 200 --at-bar 17");
  add_bare_command(scene, action, "scene.list",
                   "  namrack scene list\n"
                   "  namrack --json scene list | jq -r '.scenes[].name'");
  add_named(scene, action, "scene.delete", "a scene", "  namrack scene delete solo");
  add_rename(scene, action);
  add_recall(scene, action, "scene.next", false,
             "  namrack scene next\n"
             "  namrack scene next --at-beat 1");
  add_recall(scene, action, "scene.prev", false, "  namrack scene prev");

  CLI::App& setlist = *add_family(app, "setlist", "Puts scenes in the order in which they are played.",
                                  "  namrack setlist save tour intro verse chorus verse\n"
                                  "  namrack setlist use tour && namrack scene next");
  add_setlist_save(setlist, action);
  add_setlist_use(setlist, action);
  add_bare_command(setlist, action, "setlist.list", "  namrack setlist list");
  add_named(setlist, action, "setlist.delete", "a setlist", "  namrack setlist delete tour");
}

}  // namespace namrack::cli
