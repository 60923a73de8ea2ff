#include "shell/help_layout.h"

#include <sstream>
#include <utility>

#include "shell/display_text.h"

namespace namrack::shell {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kDescriptionColumn = 26;

/// The limits of an option, as its validators put them: "from 0 to 1" or "{on,off}".
std::string restriction_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t colon = type.find(':');
  return colon == std::string::npos ? "" : type.substr(colon + 1);
}

std::string value_name(const CLI::Option& option) {
  if (option.get_expected_max() == 0) return {};  // a flag
  const std::string type = option.get_type_name();
  return type.substr(0, type.find(':'));
}

/// "from 0 to 1", "on or off"; empty where anything goes.
std::string restriction_text(const CLI::Option& option) {
  const std::vector<std::string> choices = choices_of(option);
  return choices.empty() ? restriction_of(option) : listed(choices);
}

std::string entry(const std::string& name, const std::string& description) {
  std::string line = std::string(kIndent, ' ') + name;
  const std::size_t width = display_width(line);
  if (width + 2 > kDescriptionColumn) {
    line += '\n' + std::string(kDescriptionColumn, ' ');
  } else {
    line.append(kDescriptionColumn - width, ' ');
  }
  return wrapped(line + description, HelpLayout::kColumns, kDescriptionColumn) + '\n';
}

}  // namespace

std::vector<std::string> choices_of(const CLI::Option& option) {
  std::vector<std::string> choices;
  std::string restriction = restriction_of(option);
  if (!restriction.starts_with('{') || !restriction.ends_with('}')) return choices;
  restriction = restriction.substr(1, restriction.size() - 2) + ',';
  for (std::size_t begin = 0, end = 0; (end = restriction.find(',', begin)) != std::string::npos;
       begin = end + 1)
    choices.push_back(restriction.substr(begin, end - begin));
  return choices;
}

std::vector<std::string> HelpLayout::usages(const CLI::App& app, const std::string& name) const {
  const std::string begin = name + " [OPTIONS]";
  std::vector<std::string> lines;
  for (const std::string& form : forms_) lines.push_back(begin + ' ' + form);
  if (!forms_.empty()) return lines;
  std::string line = begin;
  for (const CLI::Option* const option : app.get_options()) {
    if (!option->get_positional()) continue;
    const std::string dots = option->get_expected_max() > 1 ? "..." : "";
    const std::string word = option->get_name(true, false) + dots;
    line += option->get_required() ? ' ' + word : " [" + word + ']';
  }
  if (!app.get_subcommands({}).empty()) line += " COMMAND ...";
  return {line};
}

std::string HelpLayout::make_description(const CLI::App* app) const {
  return wrapped(app->get_description(), kColumns, 0) + '\n';
}

std::string HelpLayout::make_usage(const CLI::App* app, std::string name) const {
  std::string out;
  for (const std::string& usage : usages(*app, name))
    out += (out.empty() ? "Usage: " : "       ") + usage + '\n';
  return wrapped(out, kColumns, 9);
}

std::string HelpLayout::make_subcommand(const CLI::App* sub) const {
  return entry(sub->get_name(), sub->get_description());
}

std::string HelpLayout::make_footer(const CLI::App* app) const {
  std::istringstream lines(app->get_footer());
  std::string out, paragraph;
  const auto end_paragraph = [&] {
    if (!paragraph.empty()) out += wrapped(std::exchange(paragraph, {}), kColumns, 0) + '\n';
  };
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && !line.starts_with(' ')) {
      paragraph += (paragraph.empty() ? "" : " ") + line;
      continue;
    }
    end_paragraph();
    // An indented line, such as an item of a list, goes on further in.
    const std::size_t indent = line.empty() ? 0 : line.find_first_not_of(' ') + 4;
    out += wrapped(line, kColumns, indent) + '\n';
  }
  end_paragraph();
  return out;
}

std::string HelpLayout::make_option(const CLI::Option* option, bool is_positional) const {
  std::string name = option->get_name(is_positional, !is_positional);
  if (const std::string value = is_positional ? "" : value_name(*option); !value.empty()) name += ' ' + value;
  std::string description = option->get_description();
  if (const std::string value = option->get_default_str(); !value.empty())
    description += "; default: " + value;
  if (const std::string restriction = restriction_text(*option); !restriction.empty())
    description += " (" + restriction + ')';
  return entry(name, description);
}

}  // namespace namrack::shell
