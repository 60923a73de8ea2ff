#include <CLI/CLI.hpp>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/commands/setting_argument.h"
#include "cli/commands/shared_options.h"
#include "cli/commands/subcommands.h"
#include "protocol/command_table.h"
#include "shell/usage.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;

using Target = std::shared_ptr<std::optional<std::string>>;

std::string message_name(const std::string& word) {
  if (word == "cc") return "control";
  return word == "pc" ? "program" : word;
}

std::string action_name(const std::string& word) {
  return word == "next" || word == "prev" ? "scene." + word : word;
}

/// The words of a choice, and short ones for some of them.
CLI::Option* add_word(CLI::App* command, const Params& params, std::string_view param,
                      std::string_view method, const ParamOption& option,
                      std::string (*long_name)(const std::string&),
                      std::initializer_list<std::string> short_names) {
  const std::span<const std::string_view> choices = protocol::find_param(method, param).choices;
  std::vector<std::string> words(choices.begin(), choices.end());
  words.insert(words.end(), short_names);
  const auto put = [params, key = std::string(param), long_name](const std::string& word) {
    (*params)[key] = long_name(word);
  };
  return command->add_option_function<std::string>(option.flag, put, option.help)
      ->check(shell::one_of(words));
}

void add_source(CLI::App* command, const Params& params, std::string_view method) {
  const bool is_required = protocol::find_param(method, "message").required;
  CLI::Option* const message =
      add_word(command, params, "message", method,
               {"MESSAGE", "its kind, where cc is control and pc is program"}, message_name, {"cc", "pc"})
          ->required(is_required);
  message->needs(
      add_param(command, params, method, "number", {"NUMBER", "of the note, controller or program", "", true})
          ->required(is_required));
  add_param(command, params, method, "channel",
            {"--channel", "on this channel only; default: on each", "N", true});
  add_param(
      command, params, method, "bank",
      {"--bank", "of a program: in this bank only, as midi set --bank says; default: in each", "N", true});
}

void check_source(const json::object& params) {
  if (params.contains("bank") && params.at("message") != "program")
    throw CLI::ValidationError(
        "--bank", "only a program has one, not a " + std::string(params.at("message").as_string()));
}

void add_action(CLI::App* command, const Params& params, const Target& target, std::string_view method) {
  const auto add = [&](std::string_view name, const ParamOption& option) {
    return add_param(command, params, method, name, option);
  };
  add_word(command, params, "action", method,
           {"ACTION", "what it does, where next is scene.next and prev is scene.prev"}, action_name,
           {"next", "prev"})
      ->required();
  CLI::Option* const what = command->add_option(
      "TARGET", *target,
      "of scene and swap: the scene or model; of set: KEY, a setting that follows the value, or KEY=VALUE, "
      "which a press sets");
  command
      ->add_flag_callback(
          "--dry,--none", [params] { (*params)["name"] = nullptr; }, "of swap: no model, the dry signal")
      ->excludes(what);
  add("min", {"--min", "of a setting that follows: at 0; default: its least value", "X"});
  add("max",
      {"--max", "of a setting that follows: at 127, which may be less; default: its greatest value", "X"});
  add("mode", {"--mode",
               "of bypass: at each press (toggle, the default), while pressed (hold) or while not (inverse)",
               "WHAT", true});
  add("press", {"--press",
                "momentary (the default): 64 to 127, or a note on; latching: every message; long: held for "
                "--long-ms; double: twice within 0.4 s",
                "WHICH", true});
  add("long_ms", {"--long-ms", "of --press long: how long; default: 500", "MS", true});
  add("takeover", {"--takeover",
                   "of a setting that follows: jump (the default), or pickup: only when the pedal has passed "
                   "what is set",
                   "WHEN", true});
  add("keep", {"--keep", "of a setting that follows: a scene leaves it where the pedal is"});
  add("add", {"--add", "to what the message does already, not instead of it"});
}

/// The options that this action does not have.
void refuse_others(const json::object& params, const std::string& action, bool is_dry) {
  const bool follows = action == "set" && !params.contains("value");
  const auto refuse = [&params](std::string_view name, const std::string& flag, const std::string& why) {
    if (params.contains(name)) throw CLI::ValidationError(flag, why);
  };
  if (is_dry && action != "swap") throw CLI::ValidationError("--dry", "only swap has it, not " + action);
  if (action != "bypass") refuse("mode", "--mode", "only bypass has one, not " + action);
  for (const std::string name : {"min", "max", "keep", "takeover"})
    if (!follows) refuse(name, "--" + name, "only set KEY, without =VALUE, has it");
  const json::value* const press = params.if_contains("press");
  if (press == nullptr || *press != "long") refuse("long_ms", "--long-ms", "only --press long has it");
}

void put_setting(json::object& params, const std::string& target) {
  const std::optional<SettingArgument> setting = parse_setting(target);
  if (!setting && target.find('=') != std::string::npos)
    throw CLI::ValidationError("TARGET", "expected KEY or KEY=VALUE, found " + target);
  params["key"] = setting ? setting->key : target;
  if (setting) params["value"] = setting->value;
}

/// The action's target: each action has one of its own kind.
void put_target(json::object& params, const std::optional<std::string>& target) {
  const std::string action(params.at("action").as_string());
  const bool is_dry = params.contains("name");
  if (action == "set") {
    if (!target) throw CLI::RequiredError("set: KEY or KEY=VALUE");
    put_setting(params, *target);
  } else if (action == "scene" || action == "swap") {
    if (!target && !is_dry)
      throw CLI::RequiredError(action == "scene" ? "scene: its name" : "swap: a model or --dry");
    if (target) params["name"] = *target;
  } else if (target) {
    throw CLI::ValidationError("TARGET", action + " takes none, found " + *target);
  }
  refuse_others(params, action, is_dry);
}

void add_map(CLI::App& family, Action& action) {
  const auto params = std::make_shared<json::object>();
  const auto target = std::make_shared<std::optional<std::string>>();
  CLI::App* const command =
      add_method_command(family, "midi.map",
                         "  namrack midi map program 3 scene solo\n"
                         "  namrack midi map note 60 bypass --mode hold --channel 2\n"
                         "  namrack midi map cc 64 next\n"
                         "  namrack midi map cc 7 set output_db --min -20 --max 0\n"
                         "  namrack midi map cc 7 set input_db --keep --takeover pickup\n"
                         "  namrack midi map cc 80 bypass --press latching\n"
                         "  namrack midi map cc 80 set level_mode=raw --add\n"
                         "  namrack midi map pc 0 swap --dry");
  add_source(command, params, "midi.map");
  add_action(command, params, target, "midi.map");
  add_if_rev(command, params, "midi.map");
  command->callback([params, target, &action] {
    check_source(*params);
    put_target(*params, *target);
    action = RemoteCall{"midi.map", *params};
  });
}

void add_learn(CLI::App& family, Action& action) {
  const auto params = std::make_shared<json::object>();
  const auto target = std::make_shared<std::optional<std::string>>();
  CLI::App* const command = add_method_command(family, "midi.learn",
                                               "  namrack midi learn next\n"
                                               "  namrack midi learn set input_db --min -12 --max 12\n"
                                               "  namrack midi learn scene solo --wait 60");
  add_action(command, params, target, "midi.learn");
  const protocol::ParamSpec& timeout = protocol::find_param("midi.learn", "timeout_ms");
  command
      ->add_option_function<double>(
          "--wait", [params](double seconds) { (*params)["timeout_ms"] = seconds * 1e3; },
          "how long it waits for a message, in seconds; default: 10")
      ->check(shell::between(timeout.min * 1e-3, timeout.max * 1e-3))
      ->type_name("SECONDS");
  add_if_rev(command, params, "midi.learn");
  command->callback([params, target, &action] {
    put_target(*params, *target);
    action = RemoteCall{"midi.learn", *params};
  });
}

void add_unmap(CLI::App& family, Action& action) {
  const auto params = std::make_shared<json::object>();
  CLI::App* const command = add_method_command(family, "midi.unmap",
                                               "  namrack midi unmap cc 7\n"
                                               "  namrack midi unmap program 3 --channel 2 --bank 1\n"
                                               "  namrack midi unmap --all");
  add_source(command, params, "midi.unmap");
  CLI::Option* const all = add_param(command, params, "midi.unmap", "all", {"--all", "all mappings"});
  for (const char* const one : {"MESSAGE", "--channel", "--bank"}) all->excludes(command->get_option(one));
  set_forms(command, {"MESSAGE NUMBER", "--all"});
  add_if_rev(command, params, "midi.unmap");
  command->callback([params, &action] {
    if (!params->contains("message") && !params->contains("all"))
      throw CLI::RequiredError("MESSAGE and NUMBER, or --all");
    check_source(*params);
    action = RemoteCall{"midi.unmap", *params};
  });
}

void add_midi_set(CLI::App& family, Action& action) {
  const auto params = std::make_shared<json::object>();
  CLI::App* const command = add_method_command(family, "midi.set",
                                               "  namrack midi set --channel 3\n"
                                               "  namrack midi set --bank msb\n"
                                               "  namrack midi set --omni --programs on");
  CLI::Option* const channel = add_param(command, params, "midi.set", "channel",
                                         {"--channel", "the only channel that is listened to", "N", true});
  command
      ->add_flag_callback(
          "--omni", [params] { (*params)["channel"] = nullptr; }, "each channel is listened to")
      ->excludes(channel);
  add_param(
      command, params, "midi.set", "programs",
      {"--programs", "whether a program that is not mapped chooses the scene of that number, counted from 0",
       "WHAT"});
  add_param(
      command, params, "midi.set", "bank",
      {"--bank", "how programs choose their bank: 14bit by controllers 0 and 32, msb by 0, lsb by 32, ignore",
       "HOW", true});
  set_forms(command, {"--channel N | --omni | --programs WHAT | --bank HOW"});
  add_if_rev(command, params, "midi.set");
  command->callback([params, &action] {
    if (params->size() == (params->contains("if_rev") ? 1U : 0U))
      throw CLI::RequiredError("--channel, --omni, --programs or --bank");
    action = RemoteCall{"midi.set", *params};
  });
}

}  // namespace

void add_midi_commands(CLI::App& app, Action& action) {
  CLI::App& midi = *add_family(app, "midi", "Says what MIDI messages do: a foot switch, a pedal, a program.",
                               "  namrack midi learn scene solo\n"
                               "  namrack midi map cc 7 set output_db --min -20 --max 0\n"
                               "  namrack midi list");
  add_map(midi, action);
  add_learn(midi, action);
  add_bare_command(midi, action, "midi.cancel", "  namrack midi cancel");
  add_unmap(midi, action);
  add_bare_command(midi, action, "midi.list",
                   "  namrack midi list\n"
                   "  namrack --json midi list | jq -c '.mappings[]'");
  add_midi_set(midi, action);
}

}  // namespace namrack::cli
