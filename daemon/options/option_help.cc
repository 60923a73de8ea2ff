#include "daemon/options/option_help.h"

#include <fmt/format.h>

#include <sstream>

#include "daemon/options/option_table.h"
#include "shell/bash_completion.h"

namespace namrack::daemon {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kIndent = 27;

// Words from column kIndent on, in as many lines as they take.
std::string wrapped(const std::string& text, std::size_t column) {
  std::string result;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (column + 1 + word.size() > kWidth) {
      result += '\n' + std::string(kIndent, ' ');
      column = kIndent;
    }
    result += ' ' + word;
    column += 1 + word.size();
  }
  return result + '\n';
}

std::string describe(const OptionSpec& option) {
  std::string head = fmt::format("  --{} {}", option.name, option.value);
  std::string text(option.help);
  if (option.is_list) text += " (repeatable)";
  if (option.kind == OptionKind::choice) text += fmt::format(": {}", fmt::join(option.choices, ", "));
  if (!option.standard.empty()) text += fmt::format("; default: {}", option.standard);
  if (head.size() < kIndent)
    head.resize(kIndent, ' ');
  else
    head += '\n' + std::string(kIndent, ' ');
  return head + wrapped(text, kIndent);
}

constexpr std::string_view kTail = R"(
Configuration: --config, or the first of $XDG_CONFIG_HOME/namrack/namrackd.toml
(by default in ~/.config) and /etc/namrack/namrackd.toml. Its keys are the
options without the leading dashes: client-name = "amp", load = ["a=/m/a.nam"].
The environment wins over it: NAMRACKD_CLIENT_NAME=amp; the command line wins
over both.

Signals: TERM, INT, QUIT and PWR stop with a fade; HUP reads the configuration
again.

Exit codes: 0 stopped, 64 usage, 66 a model is missing, 69 no JACK server, 71
the system refused, 73 the socket is taken, 77 permission, 78 configuration.

Example:
  namrackd --model-dir ~/captures --load clean=clean.nam --swap clean
)";

}  // namespace

std::string option_help() {
  std::string text =
      "namrackd: headless real-time player of Neural Amp Modeler captures for JACK\n\n"
      "Usage: namrackd [OPTION]...\n\nOptions:\n";
  for (const OptionSpec& option : option_table()) text += describe(option);
  return text + std::string(kTail);
}

std::string bash_completion() {
  std::string names, cases;
  for (const OptionSpec& option : option_table()) {
    names += fmt::format("{}--{}", names.empty() ? "" : " ", option.name);
    if (option.kind == OptionKind::choice)
      cases += fmt::format("    --{}) mapfile -t COMPREPLY < <(compgen -W \"{}\" -- \"$current\") ;;\n",
                           option.name, fmt::join(option.choices, " "));
    else if (option.kind == OptionKind::path)
      cases += fmt::format("    --{}) _namrack_files \"$current\" ;;\n", option.name);
    else if (option.value == "NAME=PATH")
      cases += fmt::format("    --{}) _namrack_files_behind_equals ;;\n", option.name);
    else if (option.kind != OptionKind::flag)
      cases += fmt::format("    --{}) ;;\n", option.name);
  }
  return fmt::format(R"bash(# bash completion of namrackd
{}_namrackd() {{
  local current option="" i REPLY
  COMPREPLY=()
  _namrack_unquote "${{COMP_WORDS[COMP_CWORD]}}"
  current=$REPLY
  [[ $current == "=" ]] && current=""
  # The option that this is a value of stands up to four words before it: --load = NAME = PATH.
  for ((i = COMP_CWORD - 1; i > 0 && i >= COMP_CWORD - 4; i--)); do
    [[ ${{COMP_WORDS[i]}} == --* ]] && option=${{COMP_WORDS[i]}} && break
  done
  [[ $current == -* ]] && option=""
  case $option in
{}    *) mapfile -t COMPREPLY < <(compgen -W "{}" -- "$current") ;;
  esac
}}
complete -F _namrackd namrackd
)bash",
                     shell::bash_functions(), cases, names);
}

}  // namespace namrack::daemon
