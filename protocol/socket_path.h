#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/environment.h"

namespace namrack::protocol {

/// Where the daemon listens unless it is told otherwise: the first of $RUNTIME_DIRECTORY/control.sock,
/// $XDG_RUNTIME_DIR/namrack/control.sock, /run/namrack/control.sock. A variable that is empty counts as
/// unset, XDG_RUNTIME_DIR also when it is relative.
std::string daemon_socket_path(const Environment& environment);

/// Where a client looks for the daemon, in order: `option` or $NAMRACK_SOCKET alone when given, else the
/// user's socket and then the system's.
std::vector<std::string> client_socket_paths(const std::optional<std::string>& option,
                                             const Environment& environment);

/// Throws ProtocolError(limit) when the path does not fit into a Unix socket address (107 bytes).
void check_socket_path(const std::string& path);

}  // namespace namrack::protocol
