#include "daemon/options/options.h"

#include <unistd.h>

#include <charconv>
#include <utility>

#include "daemon/options/option_help.h"
#include "daemon/options/option_table.h"
#include "protocol/socket_path.h"
#include "protocol/utf8.h"

namespace namrack::daemon {
namespace fs = std::filesystem;
namespace {

using protocol::process_environment;

// Something from the environment that is no option.
void require_utf8(const fs::path& path) {
  if (const std::string fault = protocol::utf8_fault(path.string()); !fault.empty())
    throw OptionError("environment: \"" + protocol::printable(path.string()) + "\": " + fault);
}

// $STATE_DIRECTORY (systemd), else the user's folder for state.
fs::path default_state_path() {
  if (const auto folders = protocol::non_empty(process_environment, "STATE_DIRECTORY"))
    return fs::path(folders->substr(0, folders->find(':'))) / "state.json";
  return fs::path(protocol::xdg_home(process_environment, "XDG_STATE_HOME", ".local/state").value_or("/")) /
         "namrack/state.json";
}

std::vector<fs::path> default_model_dirs() {
  std::vector<fs::path> folders;
  if (const auto home = protocol::xdg_home(process_environment, "XDG_DATA_HOME", ".local/share"))
    folders.push_back(fs::path(*home) / "namrack/models");
  folders.emplace_back("/var/lib/namrack/models");
  folders.emplace_back("/usr/share/namrack/models");
  return folders;
}

/// Reads values of options by their names.
class Values {
 public:
  explicit Values(const OptionValues& values) : values_(values) {}

  const std::vector<std::string>& list(std::string_view name) const {
    static const std::vector<std::string> kNone;
    const auto found = values_.find(name);
    return found != values_.end() ? found->second : kNone;
  }
  std::optional<std::string> text(std::string_view name) const {
    const auto& all = list(name);
    return all.empty() ? std::nullopt : std::optional(all.back());
  }
  bool flag(std::string_view name) const { return text(name) == "true"; }
  double number(std::string_view name, double standard) const {
    const std::optional<std::string> digits = text(name);
    if (digits) std::from_chars(digits->data(), digits->data() + digits->size(), standard);
    return standard;
  }

 private:
  const OptionValues& values_;
};

Options to_options(OptionValues all) {
  Options options;
  const Values values(all);
  options.socket = values.text("socket").value_or(protocol::daemon_socket_path(process_environment));
  options.client_name = values.text("client-name").value_or(options.client_name);
  options.model_dirs.assign(values.list("model-dir").begin(), values.list("model-dir").end());
  if (options.model_dirs.empty()) options.model_dirs = default_model_dirs();
  options.restrict_to_model_dirs = values.flag("restrict-to-model-dirs");
  for (const std::string& load : values.list("load")) {
    const auto equals = load.find('=');
    options.loads.push_back({load.substr(0, equals), load.substr(equals + 1)});
  }
  options.swap = values.text("swap");
  options.strict = values.flag("strict");
  if (!values.flag("no-state")) options.state = values.text("state").value_or(default_state_path().string());
  options.autoconnect = !values.flag("no-autoconnect");
  options.connect_in = values.list("connect-in");
  options.connect_out = values.list("connect-out");
  options.connect_midi = values.list("connect-midi");
  options.require_jack = values.flag("require-jack");
  constexpr double kMiB = 1024.0 * 1024.0;
  options.budgets.memory =
      static_cast<std::size_t>(values.number("memory-budget", player::Budgets::kDefaultMegabytes) * kMiB);
  options.budgets.cpu = values.number("cpu-budget", options.budgets.cpu);
  options.log_level = values.text("log-level").value_or(options.log_level);
  options.values = std::move(all);
  require_utf8(options.socket);
  if (options.state) require_utf8(*options.state);
  for (const fs::path& folder : options.model_dirs) require_utf8(folder);
  return options;
}

std::optional<EarlyExit> command_of(const OptionValues& line) {
  if (line.contains("help")) return EarlyExit{ExitCode::ok, option_help()};
  if (line.contains("version")) return EarlyExit{ExitCode::ok, "namrackd " NAMRACK_VERSION "\n"};
  if (line.contains("completion")) return EarlyExit{ExitCode::ok, bash_completion()};
  return std::nullopt;
}

// The file that is named, or else the first that is there.
std::optional<fs::path> config_file(const OptionValues& environment, const OptionValues& line) {
  for (const OptionValues* const values : {&line, &environment})
    if (const auto named = Values(*values).text("config")) return *named;
  for (const fs::path& file : config_search_path())
    if (::access(file.c_str(), F_OK) == 0) return file;
  return std::nullopt;
}

EarlyExit mistake(ExitCode code, const std::string& message) {
  return {code, "namrackd: " + message + "\n"};
}

}  // namespace

std::variant<Options, EarlyExit> read_options(int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) arguments.emplace_back(argv[i]);
  return read_options(arguments);
}

std::variant<Options, EarlyExit> read_options(const std::vector<std::string>& arguments) {
  OptionValues line;
  try {
    line = read_command_line(arguments);
  } catch (const OptionError& error) {
    return mistake(ExitCode::usage, error.what());
  }
  if (auto command = command_of(line)) return std::move(*command);
  try {
    OptionValues all;
    OptionValues variables = read_environment(environ);
    const std::optional<fs::path> file = config_file(variables, line);
    if (file) all = read_config_file(*file);
    overrule(all, std::move(variables));
    overrule(all, line);
    Options options = to_options(std::move(all));
    options.arguments = arguments;
    // A name that was given has been checked; the default may be wrong as well.
    if (const std::string fault = check_client_name(options.client_name); !fault.empty())
      return mistake(ExitCode::usage, "--client-name: " + fault);
    if (line.contains("check-config"))
      return EarlyExit{ExitCode::ok,
                       file ? file->string() + " is in order\n" : "there is no configuration file\n"};
    return options;
  } catch (const OptionError& error) {
    return mistake(ExitCode::bad_config, error.what());
  }
}

}  // namespace namrack::daemon
