#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/exit_code.h"
#include "daemon/options/option_sources.h"
#include "player/library/budgets.h"

namespace namrack::daemon {

/// A model to load at start: --load NAME=PATH.
struct StartupLoad {
  std::string name;
  std::filesystem::path path;
};

/// Everything the command line, the environment and the configuration file say; see option_table.h.
struct Options {
  std::filesystem::path socket;
  std::string client_name = "namrack";
  std::vector<std::filesystem::path> model_dirs;
  bool restrict_to_model_dirs = false;
  std::vector<StartupLoad> loads;
  std::optional<std::string> swap;
  bool strict = false;  ///< a model that cannot be played ends the start, instead of being told
  std::optional<std::filesystem::path> state;  ///< nullopt: keep no state
  bool autoconnect = true;
  /// Full JACK port names instead of the first physical ones, or of all that send MIDI.
  std::vector<std::string> connect_in, connect_out, connect_midi;
  bool require_jack = false;
  player::Budgets budgets;
  std::string log_level = "info";
  OptionValues values;                 ///< what has been given, wherever
  std::vector<std::string> arguments;  ///< of the command line, to read all of it again
};

/// The process is to end at once: --help, --version or a mistake.
struct EarlyExit {
  ExitCode code = ExitCode::ok;
  std::string message;  ///< for stdout when the code is ok, else for stderr
};

/// Reads the command line, the environment and the configuration file; the former win. The environment also
/// has the default paths.
std::variant<Options, EarlyExit> read_options(int argc, const char* const* argv);
/// `arguments` without the name of the program.
std::variant<Options, EarlyExit> read_options(const std::vector<std::string>& arguments);

}  // namespace namrack::daemon
