#include "cli/completion.h"

#include <fmt/format.h>

#include <iterator>
#include <vector>

#include "protocol/command_table.h"
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

std::string setting_words() {
  std::string words;
  for (const protocol::ParamSpec& setting : protocol::kSettings) {
    if (setting.choices.empty()) words += fmt::format("{}= ", setting.name);
    for (const std::string_view choice : setting.choices)
      words += fmt::format("{}={} ", setting.name, choice);
  }
  return words;
}

/// What may follow a command, apart from its options: bash code that sets `words`, or nothing for file names.
std::string words_of(const std::string& command) {
  const auto list = [](const auto& words) { return fmt::format("words=\"{}\"", fmt::join(words, " ")); };
  if (command == "swap" || command == "quality" || command == "unload") return "words=models";
  if (command == "bypass") return "words=\"on off toggle\"";
  if (command == "set") return fmt::format("words=\"{}\"; compopt -o nospace", setting_words());
  if (command == "get") return list(protocol::kSettingNames);
  if (command == "events") return list(protocol::kTopicNames);
  if (command == "call") return list(protocol::command_names());
  if (command == "completion") return "words=bash";
  return "";
}

constexpr std::string_view kHead = R"bash(# bash completion of namrack
# Names of loaded models that begin with $1. Not by compgen -W, which would expand a $(command) in a name.
_namrack_models() {
  local name
  COMPREPLY=()
  while IFS= read -r name; do
    [[ $name == "$1"* ]] && COMPREPLY+=("$(printf %q "$name")")
  done < <(namrack --json --timeout 1 list 2>/dev/null | grep -o '"name":"[^"\\]*"' | cut -d '"' -f 4)
}
_namrack() {
  local current=${COMP_WORDS[COMP_CWORD]} command="" word words="" options=""
  # Bash cuts words at '='; put the one being typed together again.
  if [[ ${COMP_WORDS[COMP_CWORD-1]} == "=" ]]; then
    current="${COMP_WORDS[COMP_CWORD-2]}=$current"
  elif [[ $current == "=" ]]; then
    current="${COMP_WORDS[COMP_CWORD-1]}="
  fi
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
)bash";

constexpr std::string_view kTail = R"bash(  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  elif [[ $words == models ]]; then
    _namrack_models "$current"
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

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::vector<std::string> commands;
  for (const CLI::App* const command : app.get_subcommands({})) commands.push_back(command->get_name());
  std::string script(kHead);
  const auto out = std::back_inserter(script);
  const std::string global = options_of(app);
  fmt::format_to(out, "      {}) command=$word; break ;;\n    esac\n  done\n", fmt::join(commands, "|"));
  fmt::format_to(out, "  case $command in\n    \"\") words=\"{}\"; options=\"{}\" ;;\n",
                 fmt::join(commands, " "), global);
  for (const CLI::App* const command : app.get_subcommands({})) {
    const std::string words = words_of(command->get_name());
    fmt::format_to(out, "    {}) {}{}options=\"{} {}\" ;;\n", command->get_name(), words,
                   words.empty() ? "" : "; ", options_of(*command), global);
  }
  script += kTail;
  return script;
}

}  // namespace namrack::cli
