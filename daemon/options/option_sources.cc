#include "daemon/options/option_sources.h"

#include <CLI/CLI.hpp>
#include <deque>
#include <utility>

#include "daemon/options/option_table.h"
#include "protocol/environment.h"
#include "protocol/quote.h"
#include "protocol/utf8.h"

namespace namrack::daemon {
namespace {

// Also those of the command line: what a shell expands may be anything.
void require_utf8(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments)
    if (const std::string fault = protocol::utf8_fault(argument); !fault.empty())
      throw OptionError("the argument " + protocol::quote(argument) + ": " + fault);
}

void require_one_of(const OptionValues& values, std::string_view place) {
  const auto none = values.find("no-state");
  if (values.contains("state") && none != values.end() && none->second.back() == "true")
    throw OptionError(std::string(place) + "state and no-state exclude each other");
}

[[noreturn]] void refuse_stray(const std::string& argument) {
  if (!argument.starts_with("-"))
    throw OptionError("unexpected argument " + protocol::quote(argument) +
                      "; namrackd takes options only: see namrackd --help");
  const std::string name = argument.substr(0, argument.find('='));
  const std::size_t dashes = std::min<std::size_t>(name.find_first_not_of('-'), name.size());
  throw OptionError("there is no option " + name +
                    nearest_option(std::string_view(name).substr(dashes), false) + "; see namrackd --help");
}

}  // namespace

OptionValues read_command_line(const std::vector<std::string>& arguments) {
  require_utf8(arguments);
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::deque<std::vector<std::string>> texts;
  std::vector<std::pair<const OptionSpec*, const CLI::Option*>> declared;
  for (const OptionSpec& spec : option_table()) {
    const std::string name = (spec.name == "help" ? "-h,--" : "--") + std::string(spec.name);
    CLI::Option* const option =
        spec.kind == OptionKind::flag ? app.add_flag(name) : app.add_option(name, texts.emplace_back());
    if (spec.kind != OptionKind::flag && !spec.is_list) option->expected(1);
    declared.emplace_back(&spec, option);
  }
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    throw OptionError(error.what());
  }
  if (const std::vector<std::string> stray = app.remaining(); !stray.empty()) refuse_stray(stray.front());
  OptionValues values;
  for (const auto& [spec, option] : declared) {
    if (option->count() == 0) continue;
    for (const std::string& text : option->results())
      if (const std::string fault = option_fault(*spec, text); !fault.empty())
        throw OptionError("--" + std::string(spec->name) + ": " + fault);
    values[std::string(spec->name)] = option->results();
  }
  require_one_of(values, "--");
  return values;
}

OptionValues read_environment(const char* const* environment) {
  constexpr std::string_view kPrefix = "NAMRACKD_";
  OptionValues values;
  for (; *environment != nullptr; ++environment) {
    const std::string_view entry = *environment;
    if (!entry.starts_with(kPrefix)) continue;
    const std::string variable(entry.substr(0, entry.find('=')));
    const std::string text(entry.substr(std::min(variable.size() + 1, entry.size())));
    const auto spec = std::ranges::find(option_table(), variable, variable_of);
    const bool is_config = spec != option_table().end() && spec->name == "config";
    if (spec == option_table().end() || (spec->is_command && !is_config)) {
      std::string name = variable.substr(kPrefix.size());
      std::ranges::transform(name, name.begin(), [](unsigned char c) {
        return c == '_' ? '-' : static_cast<char>(std::tolower(c));
      });
      throw OptionError("environment: there is no " + variable + nearest_option(name, true));
    }
    if (spec->is_list && text.starts_with('[')) {
      OptionValues list = read_config_text(std::string(spec->name) + '=' + text, variable);
      values.merge(list);
      continue;
    }
    if (const std::string fault = option_fault(*spec, text); !fault.empty())
      throw OptionError(variable + ": " + fault);
    values[std::string(spec->name)] = {text};
  }
  require_one_of(values, "environment: ");
  return values;
}

void overrule(OptionValues& all, OptionValues values) {
  // Whoever names a state file has one kept, whatever a weaker source says, and the other way round.
  if (values.contains("state")) all.erase("no-state");
  if (values.contains("no-state")) all.erase("state");
  for (auto& [name, texts] : values) all.insert_or_assign(name, std::move(texts));
}

std::vector<std::filesystem::path> config_search_path() {
  std::vector<std::filesystem::path> files;
  if (const auto home = protocol::xdg_home(protocol::process_environment, "XDG_CONFIG_HOME", ".config"))
    files.push_back(std::filesystem::path(*home) / "namrack/namrackd.toml");
  files.emplace_back("/etc/namrack/namrackd.toml");
  return files;
}

}  // namespace namrack::daemon
