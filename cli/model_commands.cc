#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/model_path.h"
#include "cli/shared_options.h"
#include "cli/subcommands.h"
#include "shell/usage.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;

void add_load(CLI::App& app, Action& action) {
  struct Arguments {
    std::string name;
    std::filesystem::path path;
    std::optional<double> quality;
    bool replace = false;
    std::optional<std::string> if_over;
    std::optional<std::uint64_t> if_rev;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command = add_method_command(app, "load",
                                               "  namrack load clean ~/captures/clean.nam\n"
                                               "  namrack load clean other.nam --replace");
  command->add_option("NAME", arguments->name, "the name the model gets")->required();
  command
      ->add_option("PATH", arguments->path,
                   "model file here or below the daemon's model folders, with or without its ending")
      ->required();
  command
      ->add_option("--quality", arguments->quality, "size to run, for models that hold several (from 0 to 1)")
      ->type_name("Q");
  command
      ->add_option("--if-over", arguments->if_over,
                   "when it takes more than the CPU budget: slim takes a size that fits; default: refuse")
      ->check(shell::one_of({"refuse", "slim", "force"}))
      ->type_name("WHAT");
  command->add_flag("--replace", arguments->replace, "take the place of a loaded model of that name");
  add_if_rev(command, arguments->if_rev);
  command->callback([arguments, &action] {
    json::object params{{"name", arguments->name}, {"path", sendable_path(arguments->path)}};
    put(params, "quality", arguments->quality);
    put(params, "if_over", arguments->if_over);
    if (arguments->replace) params["replace"] = true;
    put(params, "if_rev", arguments->if_rev);
    action = RemoteCall{"load", params};
  });
}

void add_swap(CLI::App& app, Action& action) {
  struct Arguments {
    std::optional<std::string> name;
    bool is_dry = false;
    std::optional<double> fade_ms;
    ChangeOptions change;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command = add_method_command(app, "swap",
                                               "  namrack swap lead\n"
                                               "  namrack swap lead --fade-ms 100 --in-ms 500\n"
                                               "  namrack swap lead --at-bar 9 --at-beat 3\n"
                                               "  namrack swap --dry");
  CLI::Option* const name = command->add_option("NAME", arguments->name, "a loaded model");
  command->add_flag("--dry", arguments->is_dry, "no model: the dry signal")->excludes(name);
  set_forms(command, {"NAME", "--dry"});
  add_fade_ms(command, arguments->fade_ms);
  add_change_options(command, arguments->change);
  command->callback([arguments, &action] {
    if (!arguments->name && !arguments->is_dry) throw CLI::RequiredError("NAME or --dry");
    json::object params{{"name", nullptr}};
    put(params, "name", arguments->name);
    put(params, "fade_ms", arguments->fade_ms);
    put_change_options(params, arguments->change);
    action = RemoteCall{"swap", params};
  });
}

void add_quality(CLI::App& app, Action& action) {
  struct Arguments {
    std::string name;
    double quality = 1.0;
    std::optional<double> fade_ms;
    std::optional<std::uint64_t> if_rev;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command = add_method_command(app, "quality",
                                               "  namrack quality lead 0.4\n"
                                               "  namrack quality lead 1 --fade-ms 100");
  command->add_option("NAME", arguments->name, "a loaded model")->required();
  command
      ->add_option("Q", arguments->quality,
                   "size to run, from 0 to 1; namrack inspect shows where the steps are")
      ->required();
  add_fade_ms(command, arguments->fade_ms, ", if it is audible");
  add_if_rev(command, arguments->if_rev);
  command->callback([arguments, &action] {
    json::object params{{"name", arguments->name}, {"quality", arguments->quality}};
    put(params, "fade_ms", arguments->fade_ms);
    put(params, "if_rev", arguments->if_rev);
    action = RemoteCall{"quality", params};
  });
}

void add_bypass(CLI::App& app, Action& action) {
  struct Arguments {
    std::string on;
    ChangeOptions change;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command =
      add_method_command(app, "bypass", "  namrack bypass toggle\n  namrack bypass off --at-beat 1");
  command->add_option("STATE", arguments->on, "on passes the dry input")
      ->required()
      ->check(shell::one_of({"on", "off", "toggle"}));
  add_change_options(command, arguments->change);
  command->callback([arguments, &action] {
    const json::value toggle = "toggle";
    json::object params{{"on", arguments->on == "toggle" ? toggle : json::value(arguments->on == "on")}};
    put_change_options(params, arguments->change);
    action = RemoteCall{"bypass", params};
  });
}

void add_unload(CLI::App& app, Action& action) {
  struct Arguments {
    std::string name;
    std::optional<std::uint64_t> if_rev;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command = add_method_command(app, "unload", "  namrack unload clean");
  command->add_option("NAME", arguments->name, "a loaded model")->required();
  add_if_rev(command, arguments->if_rev);
  command->callback([arguments, &action] {
    json::object params{{"name", arguments->name}};
    put(params, "if_rev", arguments->if_rev);
    action = RemoteCall{"unload", params};
  });
}

void add_cancel(CLI::App& app, Action& action) {
  struct Arguments {
    std::optional<std::uint64_t> id;
    bool is_all = false;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command = add_method_command(app, "cancel",
                                               "  namrack pending\n"
                                               "  namrack cancel 3\n"
                                               "  namrack cancel --all");
  CLI::Option* const id =
      command->add_option("ID", arguments->id, "of the change, as namrack pending shows it");
  command->add_flag("--all", arguments->is_all, "every change that waits")->excludes(id);
  set_forms(command, {"ID", "--all"});
  command->callback([arguments, &action] {
    if (!arguments->id && !arguments->is_all) throw CLI::RequiredError("ID or --all");
    json::object params;
    put(params, "id", arguments->id);
    if (arguments->is_all) params["all"] = true;
    action = RemoteCall{"cancel", params};
  });
}

void add_models(CLI::App& app, Action& action) {
  struct Arguments {
    std::vector<std::string> query;
    std::optional<std::string> dir;
    std::optional<std::uint64_t> limit;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command = add_method_command(app, "models",
                                               "  namrack models\n"
                                               "  namrack models marshall crunch\n"
                                               "  namrack models --dir amps");
  command->add_option("QUERY", arguments->query, "words of its name or folder, in any order");
  command->add_option("--dir", arguments->dir, "only this folder, on the daemon's machine")->type_name("DIR");
  command->add_option("--limit", arguments->limit, "how many at most; default 1000")->type_name("N");
  command->callback([arguments, &action] {
    json::object params;
    put(params, "dir", arguments->dir);
    put(params, "limit", arguments->limit);
    std::string query;
    for (const std::string& word : arguments->query) query += (query.empty() ? "" : " ") + word;
    if (!query.empty()) params["query"] = query;
    action = RemoteCall{"models", params};
  });
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
