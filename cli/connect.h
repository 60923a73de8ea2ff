#pragma once

#include <algorithm>
#include <chrono>

#include "cli/arguments.h"
#include "cli/client.h"
#include "protocol/socket_path.h"

namespace namrack::cli {

/// A client of the daemon that the options name. Its calls may take the options' timeout, counted from
/// `from`.
inline Client connect(const GlobalOptions& options, Clock::time_point from = Clock::now()) {
  const auto timeout =
      std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options.timeout_s));
  const Clock::duration until_then = std::max(Clock::duration::zero(), from - Clock::now());
  return {protocol::client_socket_paths(options.socket, protocol::process_environment), until_then + timeout};
}

}  // namespace namrack::cli
