#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace namrack::protocol {

/// Reads an environment variable: nullopt when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The environment of this process. Threads: while nobody changes it.
std::optional<std::string> process_environment(const std::string& name);

/// Where the daemon listens unless it is told otherwise: the first of $RUNTIME_DIRECTORY/control.sock,
/// $XDG_RUNTIME_DIR/namrack/control.sock, /run/namrack/control.sock. An empty variable counts as unset.
std::string daemon_socket_path(const Environment& environment);

/// Where a client looks for the daemon, in order: `option` or $NAMRACK_SOCKET alone when given, else the
/// user's socket and then the system's.
std::vector<std::string> client_socket_paths(const std::optional<std::string>& option,
                                             const Environment& environment);

/// Throws ProtocolError(limit) when the path does not fit into a Unix socket address (107 bytes).
void check_socket_path(const std::string& path);

}  // namespace namrack::protocol
