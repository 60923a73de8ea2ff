#pragma once

#include <stdexcept>
#include <string>

namespace namrack::daemon {

/// Exit codes of namrackd, after sysexits.h; service units and scripts key on them.
enum class ExitCode : int {
  ok = 0,
  usage = 64,          ///< wrong command line
  input_missing = 66,  ///< a model named on the command line cannot be played
  jack_absent = 69,    ///< only with --require-jack
  os_failure = 71,
  socket_taken = 73,  ///< served by a live daemon, or cannot be created
  permission = 77,
  bad_config = 78,
};

/// Ends the daemon with `code`; what() is one line for the log.
class StartupError : public std::runtime_error {
 public:
  StartupError(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

}  // namespace namrack::daemon
