#pragma once

#include <chrono>

#include "cli/commands/arguments.h"
#include "cli/remote/client.h"
#include "cli/remote/reply_time.h"
#include "protocol/socket_path.h"

namespace namrack::cli {

inline Clock::duration to_duration(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

/// A client of the daemon that the options name.
inline Client connect(const GlobalOptions& options) {
  return {protocol::client_socket_paths(options.socket, protocol::process_environment),
          to_duration(seconds_to_connect(options))};
}

}  // namespace namrack::cli
