#include "shell/usage.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "protocol/nearest.h"
#include "protocol/quote.h"
#include "protocol/utf8.h"
#include "shell/display_text.h"
#include "shell/help_layout.h"

namespace namrack::shell {
namespace {

using protocol::did_you_mean;
using protocol::quote;

/// Thrown by one_of(), which cannot hand the nearest word on otherwise.
constexpr std::string_view kQuestion = "; did you mean \"";

const CLI::App& chosen_command(const CLI::App& app) {
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().back();
  return *command;
}

/// "scene recall"; the program's own name stands for itself.
std::string words_of(const CLI::App& command) {
  const CLI::App* const parent = command.get_parent();
  if (parent == nullptr) return command.get_name();
  return (parent->get_parent() != nullptr ? words_of(*parent) + ' ' : "") + command.get_name();
}

std::string full_name(const CLI::App& command) {
  const CLI::App* const parent = command.get_parent();
  return (parent != nullptr ? full_name(*parent) + ' ' : "") + command.get_name();
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* const command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

/// Those of the command and of what it belongs to.
std::vector<std::string> options_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* app = &command; app != nullptr; app = app->get_parent())
    for (const CLI::Option* const option : app->get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::string see_usage(const CLI::App& command) {
  const auto layout = std::dynamic_pointer_cast<HelpLayout>(command.get_formatter());
  const std::string name = full_name(command);
  if (!layout || command.get_parent() == nullptr || !commands_of(command).empty())
    return fmt::format("; {} --help says more", name);
  return fmt::format("; usage: {}", fmt::join(layout->usages(command, name), " or "));
}

bool looks_like_option(const std::string& word) {
  const bool is_number = word.size() > 1 && word.find_first_not_of("0123456789.", 1) == std::string::npos;
  return word.size() > 1 && word.front() == '-' && !is_number;
}

UsageFault unknown_option(const CLI::App& command, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  const std::optional<std::string> near = protocol::nearest(name, options_of(command));
  return {fmt::format("{} has no option {}{}", words_of(command), quote(name),
                      near ? did_you_mean(near)
                           : fmt::format("; {} --help lists those that it has", full_name(command))),
          near};
}

UsageFault unknown_command(const CLI::App& family, const std::string& word) {
  const std::vector<std::string> names = commands_of(family);
  const std::optional<std::string> near = protocol::nearest(word, names);
  const bool is_program = family.get_parent() == nullptr;
  const std::string what =
      is_program ? "no command " + quote(word) : fmt::format("{} has no {}", words_of(family), quote(word));
  if (near) return {what + did_you_mean(near), near};
  return {is_program ? fmt::format("{}; {} --help lists them", what, family.get_name())
                     : fmt::format("{}; it has {}", what, listed(names, "and")),
          near};
}

/// The first word that is neither an option of the program nor the value of one; nullptr: there is none.
const std::string* first_word(const CLI::App& app, const std::vector<std::string>& arguments) {
  for (auto word = arguments.begin(); word != arguments.end(); ++word) {
    if (!word->starts_with('-')) return &*word;
    const CLI::Option* const option = app.get_option_no_throw(*word);
    const bool has_value = option != nullptr && option->get_expected_max() > 0;
    if (has_value && ++word == arguments.end()) break;
  }
  return nullptr;
}

std::string missing_text(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* const option : command.get_options())
    if (option->get_required() && option->count() == 0) names.push_back(option->get_name());
  if (names.empty()) return {};
  return fmt::format("{} {} missing", listed(names, "and"), names.size() > 1 ? "are" : "is");
}

UsageFault other_fault(const CLI::App& command, const CLI::ParseError& error) {
  std::string text = error.what();
  std::ranges::replace(text, '\n', ' ');
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr)
    if (const std::string missing = missing_text(command); !missing.empty()) text = missing;
  constexpr std::string_view kConversion = "Could not convert: ";
  if (text.starts_with(kConversion)) text = "expected a number, found " + text.substr(kConversion.size());
  if (command.get_parent() != nullptr) text = words_of(command) + ": " + text;
  UsageFault fault{text, std::nullopt};
  if (const std::size_t question = text.find(kQuestion); question != std::string::npos) {
    const std::size_t begin = question + kQuestion.size();
    fault.nearest = text.substr(begin, text.find('"', begin) - begin);
  } else if (text.find("; ") == std::string::npos) {
    fault.message += see_usage(command);
  }
  return fault;
}

}  // namespace

CLI::Validator one_of(std::vector<std::string> words) {
  const std::string description = fmt::format("{{{}}}", fmt::join(words, ","));
  return {[words = std::move(words)](std::string& word) -> std::string {
            if (std::ranges::find(words, word) != words.end()) return {};
            return fmt::format("expected {}, found {}{}", listed(words), quote(word),
                               did_you_mean(protocol::nearest(word, words)));
          },
          description};
}

CLI::Validator between(double least, double greatest) {
  const std::string range = fmt::format("from {} to {}", least, greatest);
  return {[=](std::string& word) -> std::string {
            double number = 0.0;
            const char* const end = word.data() + word.size();
            const char* const begin = word.data() + (word.starts_with('+') ? 1 : 0);
            const std::from_chars_result read = std::from_chars(begin, end, number);
            const bool is_number = read.ec == std::errc() && read.ptr == end;
            if (is_number && number >= least && number <= greatest) return {};
            return fmt::format("expected a number {}, found {}", range, quote(word));
          },
          range};
}

UsageFault explain(const CLI::App& app, const std::vector<std::string>& arguments,
                   const CLI::ParseError& error) {
  const bool has_commands = !commands_of(app).empty();
  const std::string* const first = first_word(app, arguments);
  if (has_commands && first != nullptr && std::ranges::count(commands_of(app), *first) == 0)
    return unknown_command(app, *first);
  const CLI::App& command = chosen_command(app);
  const std::vector<std::string> unknown = app.remaining(true);
  if (const auto option = std::ranges::find_if(unknown, looks_like_option); option != unknown.end())
    return unknown_option(command, *option);
  if (has_commands && first == nullptr)
    return {fmt::format("no command is given; {} --help lists them", app.get_name()), std::nullopt};
  if (!unknown.empty() && !commands_of(command).empty()) return unknown_command(command, unknown.front());
  if (!commands_of(command).empty())
    return {fmt::format("{} needs one of {}; {} --help says more", words_of(command),
                        listed(commands_of(command)), full_name(command)),
            std::nullopt};
  if (!unknown.empty())
    return {fmt::format("{} has no place for {}{}", words_of(command), quote(unknown.front()),
                        see_usage(command)),
            std::nullopt};
  return other_fault(command, error);
}

std::optional<std::string> not_utf8(const std::string& text) {
  const std::optional<std::size_t> position = protocol::invalid_utf8(text);
  if (!position) return std::nullopt;
  return fmt::format("byte 0x{:02X} at position {}", static_cast<unsigned char>(text[*position]),
                     *position + 1);
}

}  // namespace namrack::shell
