#include "cli/commands/completion.h"

#include <fmt/format.h>

#include "protocol/command_table.h"
#include "protocol/midi_table.h"
#include "protocol/setting_table.h"
#include "protocol/topic.h"
#include "shell/bash_completion.h"

namespace namrack::cli {
namespace {

std::string setting_words() {
  std::string words;
  for (const std::string_view name : protocol::kSettingNames) {
    const Parameter& setting = *find_parameter(kSettings, name);
    if (setting.is_number()) words += fmt::format("{}= ", name);
    for (const std::string_view word : setting.words()) words += fmt::format("{}={} ", name, word);
  }
  return words;
}

/// Completes midi map and midi learn by the word before: the action, and its target. `otherwise` is bash
/// code for the other words.
std::string midi_words(const std::string& otherwise) {
  return fmt::format(
      "case $previous in scene) names=\"scene list\" ;; swap) names=list ;; "
      "set|=|{}) words=\"{} {}\"; compopt -o nospace ;; {} esac",
      fmt::join(protocol::kSettingNames, "|"), fmt::join(protocol::kSettingNames, " "), setting_words(),
      otherwise);
}

/// The words that may follow a command, apart from its options: bash code that sets `words`, or `names` to
/// the command that lists them; nothing for file names.
std::string words_of(const std::string& command) {
  const auto list = [](const auto& words) { return fmt::format("words=\"{}\"", fmt::join(words, " ")); };
  if (command == "swap" || command == "unload") return "names=list";
  if (command == "quality") return "words=\" \"; [[ $place == 0 ]] && names=list";
  if (command == "load") return "[[ $place == 0 ]] && names=list";
  if (command == "pending" || command == "cancel" || command == "status" || command == "list" ||
      command == "hello" || command == "ping")
    return "words=\" \"";
  if (command == "bypass") return "words=\"on off toggle\"";
  if (command == "set") return fmt::format("words=\"{}\"; compopt -o nospace", setting_words());
  if (command == "get") return list(protocol::kSettingNames);
  if (command == "events") return list(protocol::kTopicNames);
  if (command == "call") return list(protocol::command_names());
  if (command == "completion") return "words=bash";
  // Words to search for.
  if (command == "models") return "words=\" \"";
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
  if (command == "midi set") return no_words;
  if (command.starts_with("scene ")) return "names=\"scene list\"";
  return "";
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  return shell::bash_completion(app, words_of);
}

}  // namespace namrack::cli
