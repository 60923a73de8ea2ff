#include "cli/completion.h"

#include <fmt/format.h>

#include <iterator>
#include <vector>

#include "protocol/command_table.h"
#include "protocol/midi_table.h"
#include "protocol/setting_table.h"
#include "protocol/topic.h"

namespace namrack::cli {
namespace {

std::string options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* const option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return fmt::format("{}", fmt::join(names, " "));
}

std::vector<std::string> names_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* const command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

std::string setting_words() {
  std::string words;
  for (const protocol::ParamSpec& setting : protocol::kSettings) {
    if (setting.choices.empty()) words += fmt::format("{}= ", setting.name);
    for (const std::string_view choice : setting.choices)
      words += fmt::format("{}={} ", setting.name, choice);
  }
  return words;
}

/// Of midi map and midi learn, by the word before: the action, and what it is done to. `otherwise` is bash
/// code for the other words.
std::string midi_words(const std::string& otherwise) {
  return fmt::format(
      "case $previous in scene) names=\"scene list\" ;; swap) names=list ;; "
      "set|=|{}) words=\"{} {}\"; compopt -o nospace ;; --mode) words=\"{}\" ;; "
      "--press) words=\"{}\" ;; --takeover) words=\"{}\" ;; {} esac",
      fmt::join(protocol::kSettingNames, "|"), fmt::join(protocol::kSettingNames, " "), setting_words(),
      fmt::join(protocol::kMidiSwitches, " "), fmt::join(protocol::kMidiPresses, " "),
      fmt::join(protocol::kMidiTakeovers, " "), otherwise);
}

/// What may follow a command, apart from its options: bash code that sets `words`, or `names` to the command
/// that lists them; nothing for file names.
std::string words_of(const std::string& command) {
  const auto list = [](const auto& words) { return fmt::format("words=\"{}\"", fmt::join(words, " ")); };
  if (command == "swap" || command == "quality" || command == "unload") return "names=list";
  if (command == "bypass") return "words=\"on off toggle\"";
  if (command == "set") return fmt::format("words=\"{}\"; compopt -o nospace", setting_words());
  if (command == "get") return list(protocol::kSettingNames);
  if (command == "events") return list(protocol::kTopicNames);
  if (command == "call") return list(protocol::command_names());
  if (command == "completion") return "words=bash";
  if (command == "setlist use" || command == "setlist delete") return "names=\"setlist list\"";
  if (command == "setlist save")
    return "names=\"scene list\"; [[ $previous == save ]] && names=\"setlist list\"";
  const std::string messages = list(protocol::kMidiKinds);
  const std::string actions = list(protocol::kMidiTargets);
  // A number follows the message, and has no words; otherwise files would be offered.
  const std::string no_words = "words=\" \"";
  if (command == "midi map")
    return midi_words(fmt::format("map) {} ;; [0-9]*) {} ;; *) {} ;;", messages, actions, no_words));
  if (command == "midi learn") return midi_words(fmt::format("learn) {} ;; *) {} ;;", actions, no_words));
  if (command == "midi unmap") return fmt::format("{}; [[ $previous == unmap ]] && {}", no_words, messages);
  if (command == "midi set")
    return fmt::format(
        "{}; [[ $previous == --programs ]] && words=\"on off\"; [[ $previous == --bank ]] && words=\"{}\"",
        no_words, fmt::join(protocol::kMidiBanks, " "));
  if (command.starts_with("scene ")) return "names=\"scene list\"";
  return "";
}

constexpr std::string_view kHead = R"bash(# bash completion of namrack
# Names that begin with $1 in what the rest of the command line lists. Not by compgen -W, which would expand a
# $(command) in a name.
_namrack_names() {
  local name begin=$1
  shift
  COMPREPLY=()
  while IFS= read -r name; do
    [[ $name == "$begin"* ]] && COMPREPLY+=("$(printf %q "$name")")
  done < <(namrack --json --timeout 1 "$@" 2>/dev/null | grep -o '"name":"[^"\\]*"' | cut -d '"' -f 4)
}
_namrack() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command="" word words="" names="" options=""
  # Bash cuts words at '='; put the one being typed together again.
  if [[ $previous == "=" ]]; then
    current="${COMP_WORDS[COMP_CWORD-2]}=$current"
  elif [[ $current == "=" ]]; then
    current="$previous="
  fi
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$command $word" in
)bash";

constexpr std::string_view kTail = R"bash(  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  elif [[ -n $names ]]; then
    _namrack_names "$current" $names
  elif [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    [[ $current == *=* ]] && COMPREPLY=("${COMPREPLY[@]#*=}")
  else
    COMPREPLY=($(compgen -f -- "$current"))
    compopt -o filenames
  fi
}
complete -F _namrack namrack
)bash";

/// A command or a verb of one, by all of its words.
struct Command {
  std::string name;
  std::string words;    ///< bash code
  std::string options;  ///< apart from the global ones
};

void collect(const CLI::App& app, const std::string& parent, std::vector<Command>& commands) {
  for (const CLI::App* const command : app.get_subcommands({})) {
    const std::string name = parent + command->get_name();
    const std::vector<std::string> verbs = names_of(*command);
    const std::string words =
        verbs.empty() ? words_of(name) : fmt::format("words=\"{}\"", fmt::join(verbs, " "));
    commands.push_back({name, words, options_of(*command)});
    collect(*command, name + ' ', commands);
  }
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::vector<Command> commands;
  collect(app, "", commands);
  std::string script(kHead);
  const auto out = std::back_inserter(script);
  const std::string global = options_of(app);
  // After a verb that has been read no further word is one: the names that follow may be anything.
  for (const Command& command : commands) {
    const bool is_verb = command.name.find(' ') != std::string::npos;
    fmt::format_to(out, "      \"{}{}\") command=\"{}\" ;;\n", is_verb ? "" : " ", command.name,
                   command.name);
  }
  fmt::format_to(out, "    esac\n  done\n  case $command in\n    \"\") words=\"{}\"; options=\"{}\" ;;\n",
                 fmt::join(names_of(app), " "), global);
  for (const Command& command : commands) {
    fmt::format_to(out, "    \"{}\") {}{}options=\"{} {}\" ;;\n", command.name, command.words,
                   command.words.empty() ? "" : "; ", command.options, global);
  }
  script += kTail;
  return script;
}

}  // namespace namrack::cli
