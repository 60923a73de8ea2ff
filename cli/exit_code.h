#pragma once

namespace namrack::cli {

/// The codes that `namrack` returns to the shell.
enum class ExitCode : int {
  ok = 0,
  failed = 1,  ///< the daemon or the operation reported an error
  usage = 2,
  no_connection = 3,
  timeout = 4,
};

}  // namespace namrack::cli
