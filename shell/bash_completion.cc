#include "shell/bash_completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "shell/help_layout.h"

namespace namrack::shell {
namespace {

// Functions that the scripts of both programs have; they are the same, so that it does not matter which is
// read last. Nothing that was typed or that a file is called is ever expanded: names hold blanks, brackets,
// quotes, $ and &.
constexpr std::string_view kFunctions = R"bash(# The word $1, as it is typed, without its quotes: in REPLY.
_namrack_unquote() {
  local word=$1 c quote="" i
  REPLY=""
  for ((i = 0; i < ${#word}; i++)); do
    c=${word:i:1}
    if [[ $quote == "'" ]]; then
      if [[ $c == "'" ]]; then quote=""; else REPLY+=$c; fi
    elif [[ $c == "\\" ]]; then
      i=$((i + 1))
      [[ $quote == '"' && ${word:i:1} != [\"\\\$\`] ]] && REPLY+="\\"
      REPLY+=${word:i:1}
    elif [[ -z $quote && $c == [\"\'] ]]; then
      quote=$c
    elif [[ $quote == '"' && $c == '"' ]]; then
      quote=""
    else
      REPLY+=$c
    fi
  done
}
# Files that begin with $1; $2 stands before them in the same word. Readline quotes them.
_namrack_files() {
  local typed=$1 before=$2 folder="" place
  [[ $typed == */* ]] && folder=${typed%/*}/
  place=$folder
  [[ $place == "~/"* ]] && place=$HOME${place:1}
  compopt -o filenames
  mapfile -d "" -t COMPREPLY < <(
    shopt -s nullglob
    [[ ${typed##*/} == .* ]] && shopt -s dotglob
    for file in "$place"*; do
      [[ ${file##*/} == "${typed##*/}"* ]] && printf "%s\0" "$before$folder${file##*/}"
    done
  )
}
# Files behind the '=' of a word NAME=PATH, which bash has cut there unless it is quoted.
_namrack_files_behind_equals() {
  local word=${COMP_WORDS[COMP_CWORD]} REPLY
  _namrack_unquote "$word"
  if [[ $word == "=" ]]; then
    _namrack_files ""
  elif [[ ${COMP_WORDS[COMP_CWORD-1]} == "=" ]]; then
    _namrack_files "$REPLY"
  elif [[ $word == [\"\']* && $REPLY == *=* ]]; then
    _namrack_files "${REPLY#*=}" "${REPLY%%=*}="
  fi
}
# Names that begin with $1 in what the rest of the command line lists, quoted so as $2, the word, begins:
# readline does that with the names of files only.
_namrack_names() {
  local name begin=$1 quote=${2:0:1}
  shift 2
  while IFS= read -r name; do
    [[ $name == "$begin"* ]] || continue
    case $quote in
      '"') name=${name//[\\]/\\\\} name=${name//'"'/'\"'} name=${name//'$'/'\$'} name=${name//'`'/'\`'} ;;
      "'") name=${name//"'"/"'\\''"} ;;
      *) name=$(printf %q "$name") ;;
    esac
    COMPREPLY+=("$name")
  done < <(namrack --json --timeout 1 "$@" 2>/dev/null | grep -oE '"name":"([^"\\]|\\.)*"' | sed -e 's/^"name":"//; s/"$//; s/\\\(.\)/\1/g')
}
)bash";

constexpr std::string_view kHead = R"bash(_@() {
  local current previous=${COMP_WORDS[COMP_CWORD-1]} option=${COMP_WORDS[COMP_CWORD-1]} before="" i
  local command="" word words="" names="" options="" place=-1 skip="" is_value="" REPLY
  COMPREPLY=()
  _namrack_unquote "${COMP_WORDS[COMP_CWORD]}"
  current=$REPLY
  # Bash cuts words at '='. Of --option=value the value is completed, of KEY=VALUE what comes behind the '=' by
  # what stands before it.
  i=$COMP_CWORD
  [[ $current == "=" ]] && current="" && i=$((i + 1))
  if [[ ${COMP_WORDS[i-1]} == "=" ]]; then
    option=${COMP_WORDS[i-2]}
    if [[ $option == --* ]]; then is_value=yes; else before="$option=" option=${COMP_WORDS[i-3]}; fi
  elif [[ $current == *=* && ${COMP_WORDS[COMP_CWORD]} == [\"\']* ]]; then
    before="${current%%=*}=" current=${current#*=}
  fi
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ $word == "=" ]]; then skip=yes; continue; fi
    if [[ -n $skip ]]; then skip=""; continue; fi
    case "$command $word" in
)bash";

constexpr std::string_view kTail = R"bash(  esac
  if [[ $current == -* && -z $before$is_value ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  elif [[ -n $names ]]; then
    _namrack_names "$current" "${COMP_WORDS[COMP_CWORD]}" $names
  elif [[ -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$before$current")
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
  elif [[ -n $before && ${COMP_WORDS[COMP_CWORD]} == [\"\']* ]]; then
    _namrack_files "$current" "$before"
  else
    _namrack_files "$current"
  fi
}
complete -F _@ @
)bash";

std::string option_words(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* const option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return fmt::format("{}", fmt::join(names, " "));
}

bool takes_a_value(const CLI::Option& option) {
  return !option.get_positional() && option.get_expected_max() > 0;
}

/// Bash code for what comes after an option, by the name of its value: its words, files, or nothing.
std::string words_of_value(const CLI::Option& option) {
  if (const std::vector<std::string> choices = choices_of(option); !choices.empty())
    return fmt::format("words=\"{}\"", fmt::join(choices, " "));
  const std::string type = option.get_type_name();
  // NAME=PATH: a name has no words, and behind it come files.
  if (type.starts_with("NAME=PATH")) return "[[ -z $before ]] && words=\" \"";
  for (const char* const file : {"PATH", "FILE", "FOLDER", "SCRIPT", "BEFORE"})
    if (type.starts_with(file)) return ":";
  return "words=\" \"";
}

/// "option|--option" as a pattern of case.
std::string pattern_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return fmt::format("{}", fmt::join(names, "|"));
}

struct Command {
  std::string name;  ///< all of its words
  const CLI::App* app = nullptr;
  std::string words;  ///< bash code
};

void collect(const CLI::App& app, const std::string& name, const WordsOf& words_of,
             std::vector<Command>& commands) {
  std::vector<std::string> verbs;
  for (const CLI::App* const verb : app.get_subcommands({})) verbs.push_back(verb->get_name());
  commands.push_back(
      {name, &app, verbs.empty() ? words_of(name) : fmt::format("words=\"{}\"", fmt::join(verbs, " "))});
  for (const CLI::App* const verb : app.get_subcommands({}))
    collect(*verb, name.empty() ? verb->get_name() : name + ' ' + verb->get_name(), words_of, commands);
}

/// The values of options are no words of their own.
void skip_values(std::back_insert_iterator<std::string> out, const std::vector<Command>& commands) {
  std::vector<std::string> patterns;
  for (const Command& command : commands)
    for (const CLI::Option* const option : command.app->get_options())
      if (takes_a_value(*option))
        for (const std::string& name : option->get_lnames())
          if (std::string pattern = "*\" --" + name + '"';
              std::find(patterns.begin(), patterns.end(), pattern) == patterns.end())
            patterns.push_back(std::move(pattern));
  fmt::format_to(out, "      {}) skip=yes ;;\n", fmt::join(patterns, "|"));
}

/// The words after an option that takes a value; behind it stands what the command takes otherwise.
void answer(std::back_insert_iterator<std::string> out, const Command& command, const CLI::App& program) {
  fmt::format_to(out, "    \"{}\")\n      options=\"{}{}\"\n      case $option in\n", command.name,
                 option_words(*command.app), command.app == &program ? "" : ' ' + option_words(program));
  for (const CLI::App* const app : {command.app, &program}) {
    for (const CLI::Option* const option : app->get_options())
      if (takes_a_value(*option))
        fmt::format_to(out, "        {}) {} ;;\n", pattern_of(*option), words_of_value(*option));
    if (command.app == &program) break;
  }
  fmt::format_to(out, "        *) {} ;;\n      esac ;;\n", command.words.empty() ? ":" : command.words);
}

}  // namespace

std::string_view bash_functions() {
  return kFunctions;
}

std::string bash_completion(const CLI::App& app, const WordsOf& words_of) {
  std::vector<Command> commands;
  collect(app, "", words_of, commands);
  std::string script = "# bash completion of " + app.get_name() + '\n';
  script += kFunctions;
  script += kHead;
  const auto out = std::back_inserter(script);
  skip_values(out, commands);
  // After a verb that has been read no further word is one: the names that follow may be anything.
  for (const Command& command : commands) {
    if (command.name.empty()) continue;
    const bool is_verb = command.name.find(' ') != std::string::npos;
    fmt::format_to(out, "      \"{}{}\") command=\"{}\" place=-1 ;;\n", is_verb ? "" : " ", command.name,
                   command.name);
  }
  script += "      *\" -\"*) ;;\n      *) place=$((place + 1)) ;;\n    esac\n  done\n";
  script += "  place=$((place + 1))\n  case $command in\n";
  for (const Command& command : commands) answer(out, command, app);
  script += kTail;
  for (std::size_t at = script.find("_@"); at != std::string::npos; at = script.find("_@"))
    script.replace(at + 1, 1, app.get_name());
  script.replace(script.rfind(" @\n") + 1, 1, app.get_name());
  return script;
}

}  // namespace namrack::shell
