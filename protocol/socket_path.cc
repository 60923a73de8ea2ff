#include "protocol/socket_path.h"

#include <fmt/format.h>
#include <sys/un.h>

#include "protocol/error.h"

namespace namrack::protocol {
namespace {

constexpr std::string_view kSystemSocket = "/run/namrack/control.sock";
// sun_path holds the terminating NUL as well.
constexpr std::size_t kMaxSocketPath = sizeof(sockaddr_un::sun_path) - 1;

std::optional<std::string> user_socket(const Environment& environment) {
  const std::optional<std::string> directory = xdg_folder(environment, "XDG_RUNTIME_DIR");
  return directory ? std::optional(*directory + "/namrack/control.sock") : std::nullopt;
}

}  // namespace

std::string daemon_socket_path(const Environment& environment) {
  if (const std::optional<std::string> directories = non_empty(environment, "RUNTIME_DIRECTORY")) {
    // systemd separates several directories by colons.
    return directories->substr(0, directories->find(':')) + "/control.sock";
  }
  return user_socket(environment).value_or(std::string(kSystemSocket));
}

std::vector<std::string> client_socket_paths(const std::optional<std::string>& option,
                                             const Environment& environment) {
  if (option) return {*option};
  if (const auto named = non_empty(environment, "NAMRACK_SOCKET")) return {*named};
  std::vector<std::string> paths;
  if (const auto user = user_socket(environment)) paths.push_back(*user);
  paths.emplace_back(kSystemSocket);
  return paths;
}

void check_socket_path(const std::string& path) {
  if (path.empty()) throw ProtocolError(ErrorCode::limit, "the path of the socket is empty");
  if (path.size() <= kMaxSocketPath) return;
  throw ProtocolError(
      ErrorCode::limit,
      fmt::format("the path of the socket has {} bytes, more than the {} that the system allows: {}",
                  path.size(), kMaxSocketPath, path),
      {{"limit", kMaxSocketPath}});
}

}  // namespace namrack::protocol
