#include "daemon/options/option_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <vector>

#include "protocol/environment.h"
#include "protocol/nearest.h"
#include "protocol/quote.h"
#include "protocol/utf8.h"

namespace namrack::daemon {
namespace {

std::string check_load(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == 0 || equals == std::string_view::npos || equals + 1 == text.size())
    return "expected NAME=PATH, found " + protocol::quote(text);
  return {};
}

// The server that every JACK client of this environment uses.
std::string jack_server_name() {
  return protocol::non_empty(protocol::process_environment, "JACK_DEFAULT_SERVER").value_or("default");
}

constexpr auto kLogLevels =
    std::to_array<std::string_view>({"trace", "debug", "info", "warning", "error", "critical", "off"});
constexpr auto kShells = std::to_array<std::string_view>({"bash"});

constexpr auto kOptions = std::to_array<OptionSpec>({
    {.name = "config",
     .kind = OptionKind::path,
     .value = "FILE",
     .help = "configuration file (TOML)",
     .standard = "the first of the files below",
     .is_command = true},
    {.name = "check-config",
     .help = "check configuration and options, and end: 0, or 78",
     .is_command = true},
    {.name = "socket",
     .kind = OptionKind::path,
     .value = "PATH",
     .help = "control socket",
     .standard = "control.sock in $RUNTIME_DIRECTORY, $XDG_RUNTIME_DIR/namrack or /run/namrack"},
    {.name = "client-name",
     .kind = OptionKind::text,
     .value = "NAME",
     .help = "JACK client name",
     .standard = "namrack",
     .check = check_client_name},
    {.name = "model-dir",
     .kind = OptionKind::path,
     .value = "DIR",
     .help = "folder below which relative model paths are looked up",
     .standard = "$XDG_DATA_HOME/namrack/models, /var/lib/namrack/models, /usr/share/namrack/models",
     .is_list = true},
    {.name = "restrict-to-model-dirs", .help = "refuse models outside the model folders"},
    {.name = "load",
     .kind = OptionKind::text,
     .value = "NAME=PATH",
     .help = "model to load at start",
     .is_list = true,
     .check = check_load},
    {.name = "swap", .kind = OptionKind::text, .value = "NAME", .help = "model to play at start"},
    {.name = "strict", .help = "give up when a model of --load or --swap cannot be played"},
    {.name = "state",
     .kind = OptionKind::path,
     .value = "FILE",
     .help = "file that keeps everything from run to run",
     .standard = "state.json in $STATE_DIRECTORY or $XDG_STATE_HOME/namrack"},
    {.name = "no-state", .help = "keep no state"},
    {.name = "no-autoconnect", .help = "connect no ports at the first start"},
    {.name = "connect-in",
     .kind = OptionKind::text,
     .value = "PORT",
     .help = "JACK port to connect to the input",
     .standard = "the first physical one",
     .is_list = true},
    {.name = "connect-out",
     .kind = OptionKind::text,
     .value = "PORT",
     .help = "JACK port to connect the output to",
     .standard = "the first two physical ones",
     .is_list = true},
    {.name = "connect-midi",
     .kind = OptionKind::text,
     .value = "PORT",
     .help = "JACK port to connect to the MIDI input",
     .standard = "all physical ones",
     .is_list = true},
    {.name = "require-jack", .help = "give up when there is no JACK server at start"},
    {.name = "memory-budget",
     .kind = OptionKind::number,
     .value = "MIB",
     .help = "memory for all loaded models together",
     .standard = "512",
     .min = 0.001,
     .max = 1e6},
    {.name = "cpu-budget",
     .kind = OptionKind::number,
     .value = "FRACTION",
     .help = "of a block's time that a model may take, or two while they crossfade",
     .standard = "0.8",
     .min = 0.0,
     .max = 1e6},
    {.name = "log-level",
     .kind = OptionKind::choice,
     .value = "LEVEL",
     .help = "least severity that is logged",
     .standard = "info",
     .choices = kLogLevels},
    {.name = "completion",
     .kind = OptionKind::choice,
     .value = "SHELL",
     .help = "print a script that completes these options, and end",
     .is_command = true,
     .choices = kShells},
    {.name = "version", .help = "print the version, and end", .is_command = true},
    {.name = "help", .help = "print this, and end", .is_command = true},
});

std::string number_fault(const OptionSpec& option, std::string_view value) {
  double number = 0.0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
  const bool is_number = read.ec == std::errc{} && read.ptr == value.data() + value.size();
  if (is_number && number >= option.min && number <= option.max) return {};
  return fmt::format("expected a number from {} to {}, found {}", option.min, option.max,
                     protocol::quote(value));
}

}  // namespace

std::string check_client_name(std::string_view name) {
  // JACK joins client and port name with a colon, and limits client names to 63 bytes.
  if (name.empty() || name.size() > 63 || name.find(':') != std::string_view::npos)
    return "a JACK client name is 1 to 63 bytes long and has no colon";
  // JACK names the sockets of servers and clients alike.
  if (name == jack_server_name())
    return fmt::format("the JACK server is named \"{}\": a client of that name would take its socket away",
                       name);
  return {};
}

std::span<const OptionSpec> option_table() {
  return kOptions;
}

const OptionSpec* find_option(std::string_view name) {
  const auto* const row = std::ranges::find(kOptions, name, &OptionSpec::name);
  return row != kOptions.end() ? row : nullptr;
}

std::string option_fault(const OptionSpec& option, std::string_view value) {
  if (const std::string fault = protocol::utf8_fault(value); !fault.empty())
    return protocol::quote(value) + ": " + fault;
  if (value.empty()) return fmt::format("the value is empty; give {}, or leave the option out", option.value);
  if (option.kind == OptionKind::flag && value != "true" && value != "false")
    return "expected true or false, found " + protocol::quote(value);
  if (option.kind == OptionKind::number) {
    if (std::string fault = number_fault(option, value); !fault.empty()) return fault;
  }
  if (option.kind == OptionKind::choice && std::ranges::find(option.choices, value) == option.choices.end())
    return fmt::format("expected one of {}, found {}{}", fmt::join(option.choices, ", "),
                       protocol::quote(value),
                       protocol::did_you_mean(protocol::nearest(value, option.choices)));
  return option.check != nullptr ? option.check(value) : std::string();
}

std::string nearest_option(std::string_view name, bool is_key) {
  std::vector<std::string_view> names;
  for (const OptionSpec& option : kOptions)
    if (!is_key || !option.is_command) names.push_back(option.name);
  const std::optional<std::string> near = protocol::nearest(name, std::span<const std::string_view>(names));
  if (!near) return {};
  return "; did you mean " + (is_key ? *near : "--" + *near) + "?";
}

std::string variable_of(const OptionSpec& option) {
  std::string name = "NAMRACKD_" + std::string(option.name);
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
  return name;
}

}  // namespace namrack::daemon
