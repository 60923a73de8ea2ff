#include <CLI/CLI.hpp>
#include <array>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/setting_argument.h"
#include "cli/shared_options.h"
#include "cli/subcommands.h"
#include "protocol/midi_table.h"
#include "shell/usage.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;

constexpr double kMaxWaitSeconds = 600.0;

/// Which messages, as typed.
struct SourceArguments {
  std::optional<std::string> message;
  std::optional<int> number, channel, bank;
};

/// What they do, as typed.
struct ActionArguments {
  std::string action;
  std::optional<std::string> target;
  bool is_dry = false;
  std::optional<double> min, max, long_ms;
  std::optional<std::string> mode, press, takeover;
  bool keep = false, add = false;
};

std::string message_name(const std::string& word) {
  if (word == "cc") return "control";
  return word == "pc" ? "program" : word;
}

std::string action_name(const std::string& word) {
  return word == "next" || word == "prev" ? "scene." + word : word;
}

template <std::size_t N>
std::vector<std::string> with_short_names(const std::array<std::string_view, N>& names,
                                          std::initializer_list<std::string> short_names) {
  std::vector<std::string> words(names.begin(), names.end());
  words.insert(words.end(), short_names);
  return words;
}

void add_source(CLI::App* command, SourceArguments& source, bool is_required) {
  CLI::Option* const message =
      command->add_option("MESSAGE", source.message, "its kind, where cc is control and pc is program")
          ->required(is_required)
          ->check(shell::one_of(with_short_names(protocol::kMidiKinds, {"cc", "pc"})));
  CLI::Option* const number =
      command->add_option("NUMBER", source.number, "of the note, controller or program")
          ->required(is_required)
          ->check(shell::between(0, 127));
  command->add_option("--channel", source.channel, "on this channel only; default: on each")
      ->check(shell::between(1, 16))
      ->type_name("N");
  command
      ->add_option("--bank", source.bank,
                   "of a program: in this bank only, as midi set --bank says; default: in each")
      ->check(shell::between(0, 16383))
      ->type_name("N");
  message->needs(number);
}

void put_source(json::object& params, const SourceArguments& source) {
  const std::string message = message_name(source.message.value());
  if (source.bank && message != "program")
    throw CLI::ValidationError("--bank", "only a program has one, not a " + message);
  params["message"] = message;
  put(params, "number", source.number);
  put(params, "channel", source.channel);
  put(params, "bank", source.bank);
}

void add_action(CLI::App* command, ActionArguments& arguments) {
  command
      ->add_option("ACTION", arguments.action,
                   "what it does, where next is scene.next and prev is scene.prev")
      ->required()
      ->check(shell::one_of(with_short_names(protocol::kMidiTargets, {"next", "prev"})));
  CLI::Option* const target = command->add_option(
      "TARGET", arguments.target,
      "of scene and swap: the scene or model; of set: KEY, a setting that follows the value, or KEY=VALUE, "
      "which a press sets");
  command->add_flag("--dry,--none", arguments.is_dry, "of swap: no model, the dry signal")->excludes(target);
  command->add_option("--min", arguments.min, "of a setting that follows: at 0; default: its least value")
      ->type_name("X");
  command
      ->add_option("--max", arguments.max,
                   "of a setting that follows: at 127, which may be less; default: its greatest value")
      ->type_name("X");
  command
      ->add_option(
          "--mode", arguments.mode,
          "of bypass: at each press (toggle, the default), while pressed (hold) or while not (inverse)")
      ->check(shell::one_of(with_short_names(protocol::kMidiSwitches, {})))
      ->type_name("WHAT");
  command
      ->add_option(
          "--press", arguments.press,
          "momentary (the default): 64 to 127, or a note on; latching: every message; long: held for "
          "--long-ms; double: twice within 0.4 s")
      ->check(shell::one_of(with_short_names(protocol::kMidiPresses, {})))
      ->type_name("WHICH");
  command->add_option("--long-ms", arguments.long_ms, "of --press long: how long; default: 500")
      ->check(shell::between(1.0, 60000.0))
      ->type_name("MS");
  command
      ->add_option("--takeover", arguments.takeover,
                   "of a setting that follows: jump (the default), or pickup: only when the pedal has passed "
                   "what is set")
      ->check(shell::one_of(with_short_names(protocol::kMidiTakeovers, {})))
      ->type_name("WHEN");
  command->add_flag("--keep", arguments.keep,
                    "of a setting that follows: a scene leaves it where the pedal is");
  command->add_flag("--add", arguments.add, "to what the message does already, not instead of it");
}

/// The options that this action does not have.
void refuse_others(const ActionArguments& arguments, const std::string& action, bool follows) {
  if (arguments.is_dry && action != "swap")
    throw CLI::ValidationError("--dry", "only swap has it, not " + action);
  if (arguments.mode && action != "bypass")
    throw CLI::ValidationError("--mode", "only bypass has one, not " + action);
  if ((arguments.min || arguments.max) && !follows)
    throw CLI::ValidationError(arguments.min ? "--min" : "--max", "only set KEY, without =VALUE, has it");
  if ((arguments.keep || arguments.takeover) && !follows)
    throw CLI::ValidationError(arguments.keep ? "--keep" : "--takeover",
                               "only set KEY, without =VALUE, has it");
  if (arguments.long_ms && arguments.press != "long")
    throw CLI::ValidationError("--long-ms", "only --press long has it");
}

void put_setting(json::object& params, const std::string& target) {
  const std::optional<SettingArgument> setting = parse_setting(target);
  if (!setting && target.find('=') != std::string::npos)
    throw CLI::ValidationError("TARGET", "expected KEY or KEY=VALUE, found " + target);
  params["key"] = setting ? setting->key : target;
  if (setting) params["value"] = setting->value;
}

void put_action(json::object& params, const ActionArguments& arguments) {
  const std::string action = action_name(arguments.action);
  const bool has_name = action == "scene" || action == "swap";
  params["action"] = action;
  if (action == "set") {
    if (!arguments.target) throw CLI::RequiredError("set: KEY or KEY=VALUE");
    put_setting(params, *arguments.target);
  } else if (has_name) {
    if (!arguments.target && !arguments.is_dry)
      throw CLI::RequiredError(action == "scene" ? "scene: its name" : "swap: a model or --dry");
    params["name"] = nullptr;
    put(params, "name", arguments.target);
  } else if (arguments.target) {
    throw CLI::ValidationError("TARGET", action + " takes none, found " + *arguments.target);
  }
  refuse_others(arguments, action, action == "set" && !params.contains("value"));
  put(params, "min", arguments.min);
  put(params, "max", arguments.max);
  put(params, "mode", arguments.mode);
  put(params, "press", arguments.press);
  put(params, "long_ms", arguments.long_ms);
  put(params, "takeover", arguments.takeover);
  if (arguments.keep) params["keep"] = true;
  if (arguments.add) params["add"] = true;
}

void add_map(CLI::App& family, Action& action) {
  struct Arguments {
    SourceArguments source;
    ActionArguments action;
    std::optional<std::uint64_t> if_rev;
  };
  const auto arguments = std::make_shared<Arguments>();
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
  add_source(command, arguments->source, true);
  add_action(command, arguments->action);
  add_if_rev(command, arguments->if_rev);
  command->callback([arguments, &action] {
    json::object params;
    put_source(params, arguments->source);
    put_action(params, arguments->action);
    put(params, "if_rev", arguments->if_rev);
    action = RemoteCall{"midi.map", params};
  });
}

void add_learn(CLI::App& family, Action& action) {
  struct Arguments {
    ActionArguments action;
    std::optional<double> wait_s;
    std::optional<std::uint64_t> if_rev;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command = add_method_command(family, "midi.learn",
                                               "  namrack midi learn next\n"
                                               "  namrack midi learn set input_db --min -12 --max 12\n"
                                               "  namrack midi learn scene solo --wait 60");
  add_action(command, arguments->action);
  command->add_option("--wait", arguments->wait_s, "how long it waits for a message, in seconds; default: 10")
      ->check(shell::between(0.001, kMaxWaitSeconds))
      ->type_name("SECONDS");
  add_if_rev(command, arguments->if_rev);
  command->callback([arguments, &action] {
    json::object params;
    put_action(params, arguments->action);
    if (arguments->wait_s) params["timeout_ms"] = *arguments->wait_s * 1e3;
    put(params, "if_rev", arguments->if_rev);
    action = RemoteCall{"midi.learn", params};
  });
}

void add_unmap(CLI::App& family, Action& action) {
  struct Arguments {
    SourceArguments source;
    bool is_all = false;
    std::optional<std::uint64_t> if_rev;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command = add_method_command(family, "midi.unmap",
                                               "  namrack midi unmap cc 7\n"
                                               "  namrack midi unmap program 3 --channel 2 --bank 1\n"
                                               "  namrack midi unmap --all");
  add_source(command, arguments->source, false);
  CLI::Option* const all = command->add_flag("--all", arguments->is_all, "all mappings");
  for (const char* const one : {"MESSAGE", "--channel", "--bank"}) all->excludes(command->get_option(one));
  set_forms(command, {"MESSAGE NUMBER", "--all"});
  add_if_rev(command, arguments->if_rev);
  command->callback([arguments, &action] {
    if (!arguments->source.message && !arguments->is_all)
      throw CLI::RequiredError("MESSAGE and NUMBER, or --all");
    json::object params;
    if (arguments->is_all) {
      params["all"] = true;
    } else {
      put_source(params, arguments->source);
    }
    put(params, "if_rev", arguments->if_rev);
    action = RemoteCall{"midi.unmap", params};
  });
}

void add_midi_set(CLI::App& family, Action& action) {
  struct Arguments {
    std::optional<int> channel;
    bool is_omni = false;
    std::optional<std::string> programs, bank;
    std::optional<std::uint64_t> if_rev;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* const command = add_method_command(family, "midi.set",
                                               "  namrack midi set --channel 3\n"
                                               "  namrack midi set --bank msb\n"
                                               "  namrack midi set --omni --programs on");
  CLI::Option* const channel =
      command->add_option("--channel", arguments->channel, "the only channel that is listened to")
          ->check(shell::between(1, 16))
          ->type_name("N");
  command->add_flag("--omni", arguments->is_omni, "each channel is listened to")->excludes(channel);
  command
      ->add_option("--programs", arguments->programs,
                   "whether a program that is not mapped chooses the scene of that number, counted from 0")
      ->check(shell::one_of({"on", "off"}))
      ->type_name("WHAT");
  command
      ->add_option(
          "--bank", arguments->bank,
          "how programs choose their bank: 14bit by controllers 0 and 32, msb by 0, lsb by 32, ignore")
      ->check(shell::one_of(with_short_names(protocol::kMidiBanks, {})))
      ->type_name("HOW");
  set_forms(command, {"--channel N | --omni | --programs WHAT | --bank HOW"});
  add_if_rev(command, arguments->if_rev);
  command->callback([arguments, &action] {
    if (!arguments->channel && !arguments->is_omni && !arguments->programs && !arguments->bank)
      throw CLI::RequiredError("--channel, --omni, --programs or --bank");
    json::object params;
    if (arguments->is_omni) params["channel"] = nullptr;
    put(params, "channel", arguments->channel);
    if (arguments->programs) params["programs"] = *arguments->programs == "on";
    put(params, "bank", arguments->bank);
    put(params, "if_rev", arguments->if_rev);
    action = RemoteCall{"midi.set", params};
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
