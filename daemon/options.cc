#include "daemon/options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "protocol/socket_path.h"

namespace namrack::daemon {
namespace {

// Values as they stand on the command line or in the file, before defaults and splitting.
struct RawOptions {
  std::string config, socket, state, swap;
  double memory_budget = player::Budgets::kDefaultMegabytes;
  bool no_state = false, no_autoconnect = false;
  std::vector<std::string> model_dirs, loads;
  Options options;
};

std::string check_load(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == 0 || equals == std::string::npos || equals + 1 == text.size())
    return "expected NAME=PATH, found \"" + text + "\"";
  return {};
}

// nullopt when it is empty, too.
std::optional<std::string> environment(const std::string& name) {
  const auto value = protocol::process_environment(name);
  return value && !value->empty() ? value : std::nullopt;
}

// The server that every JACK client of this environment uses.
std::string jack_server_name() {
  return environment("JACK_DEFAULT_SERVER").value_or("default");
}

std::string check_client_name(const std::string& text) {
  // JACK joins client and port name with a colon, and limits client names to 63 bytes.
  if (text.empty() || text.size() > 63 || text.find(':') != std::string::npos)
    return "a JACK client name is 1 to 63 bytes long and has no colon";
  // JACK names the sockets of servers and clients alike.
  if (text == jack_server_name())
    return "the JACK server is named \"" + text + "\": a client of that name would take its socket away";
  return {};
}

void declare(CLI::App& app, RawOptions& raw) {
  Options& o = raw.options;
  app.set_version_flag("--version", std::string("namrackd ") + NAMRACK_VERSION);
  app.add_option("--config", raw.config,
                 "Configuration file; its keys are the options below without the dashes")
      ->configurable(false);
  app.add_option("--socket", raw.socket, "Control socket");
  app.add_option("--client-name", o.client_name, "JACK client name")
      ->check(CLI::Validator(check_client_name, "NAME"));
  app.add_option("--model-dir", raw.model_dirs,
                 "Folder in which relative model paths are looked up (repeatable)");
  app.add_flag("--restrict-to-model-dirs,--restrict_to_model_dirs", o.restrict_to_model_dirs,
               "Refuse models outside the --model-dir folders");
  app.add_option("--load", raw.loads, "Load NAME=PATH at start (repeatable)")
      ->check(CLI::Validator(check_load, "NAME=PATH"));
  app.add_option("--swap", raw.swap, "Model to play at start");
  app.add_flag("--strict", o.strict, "Give up when a model of --load or --swap cannot be played");
  auto* state = app.add_option("--state", raw.state, "File that keeps bank and settings from run to run");
  app.add_flag("--no-state", raw.no_state, "Keep no state")->excludes(state);
  app.add_flag("--no-autoconnect", raw.no_autoconnect, "Connect no ports at the first start");
  app.add_option("--connect-in", o.connect_in,
                 "Ports to connect to the input, instead of the first physical one");
  app.add_option("--connect-out", o.connect_out,
                 "Ports to connect the output to, instead of the first two physical ones");
  app.add_option("--connect-midi", o.connect_midi,
                 "Ports to connect to the MIDI input, instead of all physical ones");
  app.add_flag("--require-jack", o.require_jack, "Give up when there is no JACK server at start");
  app.add_option("--memory-budget", raw.memory_budget, "Memory for all loaded models together")
      ->capture_default_str()
      ->check(CLI::Range(0.001, 1e6))
      ->type_name("MIB");
  app.add_option("--cpu-budget", o.budgets.cpu,
                 "Fraction of a block's time that a model may take, or two while they crossfade")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e6))
      ->type_name("FRACTION");
  app.add_option("--log-level", o.log_level, "Least severity that is logged")
      ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error", "critical", "off"}));
  app.allow_config_extras(CLI::config_extras_mode::error);
}

// $STATE_DIRECTORY (systemd), else the user's folder for state.
std::filesystem::path default_state_path() {
  if (const auto folders = environment("STATE_DIRECTORY"))
    return std::filesystem::path(folders->substr(0, folders->find(':'))) / "state.json";
  if (const auto folder = environment("XDG_STATE_HOME"))
    return std::filesystem::path(*folder) / "namrack" / "state.json";
  return std::filesystem::path(environment("HOME").value_or("/")) / ".local/state/namrack/state.json";
}

std::variant<Options, EarlyExit> finish(RawOptions&& raw) {
  Options options = std::move(raw.options);
  // A name that was given has been checked; the default may be wrong as well.
  if (const std::string fault = check_client_name(options.client_name); !fault.empty())
    return EarlyExit{ExitCode::usage, "namrackd: --client-name: " + fault + "\n"};
  options.socket = raw.socket.empty()
                       ? std::filesystem::path(protocol::daemon_socket_path(protocol::process_environment))
                       : std::filesystem::path(raw.socket);
  for (auto& dir : raw.model_dirs) options.model_dirs.emplace_back(std::move(dir));
  for (const auto& load : raw.loads) {
    const auto equals = load.find('=');
    options.loads.push_back({load.substr(0, equals), load.substr(equals + 1)});
  }
  if (!raw.swap.empty()) options.swap = raw.swap;
  if (!raw.no_state)
    options.state = raw.state.empty() ? default_state_path() : std::filesystem::path(raw.state);
  options.autoconnect = !raw.no_autoconnect;
  constexpr double kMiB = 1024.0 * 1024.0;
  options.budgets.memory = static_cast<std::size_t>(raw.memory_budget * kMiB);
  return options;
}

EarlyExit early_exit(const CLI::App& app, const CLI::ParseError& error, ExitCode code) {
  std::ostringstream out, err;
  if (app.exit(error, out, err) == 0) return {ExitCode::ok, out.str()};
  return {code, std::string("namrackd: ") + error.what() + "\n"};
}

}  // namespace

std::variant<Options, EarlyExit> read_options(int argc, const char* const* argv) {
  // Three passes, so that a mistake on the command line (usage) and one in the file (configuration) end with
  // different exit codes: the command line alone, the file alone, both together.
  RawOptions line;
  CLI::App line_app("Headless real-time player of Neural Amp Modeler captures for JACK", "namrackd");
  declare(line_app, line);
  try {
    line_app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return early_exit(line_app, error, ExitCode::usage);
  }
  if (line.config.empty()) return finish(std::move(line));

  RawOptions file;
  CLI::App file_app;
  declare(file_app, file);
  file_app.set_config("--file", line.config, "", true);
  RawOptions both;
  CLI::App both_app;
  declare(both_app, both);
  both_app.set_config("--file", line.config, "", true);
  try {
    const char* nothing[] = {"namrackd"};
    file_app.parse(1, nothing);
    both_app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return EarlyExit{ExitCode::bad_config, "namrackd: " + line.config + ": " + error.what() + "\n"};
  }
  return finish(std::move(both));
}

}  // namespace namrack::daemon
