#include <CLI/CLI.hpp>
#include <boost/json/value_from.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "cli/shared_options.h"
#include "cli/subcommands.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;

/// A method that takes a name and nothing else.
void add_named(CLI::App& family, Action& action, const std::string& method, const std::string& what,
               const std::string& examples) {
  struct Arguments {
    std::string name;
    std::optional<std::uint64_t> if_rev;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command = add_method_command(family, method, examples);
  command->add_option("NAME", arguments->name, what)->required();
  add_if_rev(command, arguments->if_rev);
  command->callback([arguments, method, &action] {
    json::object params{{"name", arguments->name}};
    put(params, "if_rev", arguments->if_rev);
    action = RemoteCall{method, params};
  });
}

/// recall, next and prev: a scene by its name or by its place.
void add_recall(CLI::App& family, Action& action, const std::string& method, bool by_name,
                const std::string& examples) {
  struct Arguments {
    std::optional<std::string> name;
    std::optional<double> fade_ms;
    ChangeOptions change;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command = add_method_command(family, method, examples);
  if (by_name) command->add_option("NAME", arguments->name, "a scene")->required();
  add_fade_ms(command, arguments->fade_ms);
  add_change_options(command, arguments->change);
  command->callback([arguments, method, &action] {
    json::object params;
    put(params, "name", arguments->name);
    put(params, "fade_ms", arguments->fade_ms);
    put_change_options(params, arguments->change);
    action = RemoteCall{method, params};
  });
}

void add_rename(CLI::App& family, Action& action) {
  struct Arguments {
    std::string name, to;
    std::optional<std::uint64_t> if_rev;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command =
      add_method_command(family, "scene.rename", "  namrack scene rename verse \"verse, dry\"");
  command->add_option("NAME", arguments->name, "a scene")->required();
  command->add_option("TO", arguments->to, "its new name")->required();
  add_if_rev(command, arguments->if_rev);
  command->callback([arguments, &action] {
    json::object params{{"name", arguments->name}, {"to", arguments->to}};
    put(params, "if_rev", arguments->if_rev);
    action = RemoteCall{"scene.rename", params};
  });
}

void add_setlist_save(CLI::App& family, Action& action) {
  struct Arguments {
    std::string name;
    std::vector<std::string> scenes;
    std::optional<std::uint64_t> if_rev;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command =
      add_method_command(family, "setlist.save", "  namrack setlist save tour intro verse chorus verse");
  command->add_option("NAME", arguments->name, "the setlist; one of that name is replaced")->required();
  command->add_option("SCENE", arguments->scenes, "scenes in their order; one may come again")->required();
  add_if_rev(command, arguments->if_rev);
  command->callback([arguments, &action] {
    json::object params{{"name", arguments->name}, {"scenes", json::value_from(arguments->scenes)}};
    put(params, "if_rev", arguments->if_rev);
    action = RemoteCall{"setlist.save", params};
  });
}

void add_setlist_use(CLI::App& family, Action& action) {
  struct Arguments {
    std::optional<std::string> name;
    bool is_none = false;
    std::optional<std::uint64_t> if_rev;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command = add_method_command(family, "setlist.use",
                                               "  namrack setlist use tour\n"
                                               "  namrack setlist use --none");
  CLI::Option* const name = command->add_option("NAME", arguments->name, "a setlist");
  command->add_flag("--none", arguments->is_none, "no setlist: all scenes, as saved")->excludes(name);
  set_forms(command, {"NAME", "--none"});
  add_if_rev(command, arguments->if_rev);
  command->callback([arguments, &action] {
    if (!arguments->name && !arguments->is_none) throw CLI::RequiredError("NAME or --none");
    json::object params{{"name", nullptr}};
    put(params, "name", arguments->name);
    put(params, "if_rev", arguments->if_rev);
    action = RemoteCall{"setlist.use", params};
  });
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
