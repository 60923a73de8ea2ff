#include "daemon/jack/jack_thread.h"

#include <spdlog/fmt/fmt.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace namrack::daemon {
namespace {

// The file name of the socket that `fd` is connected to; empty: it is not connected to a named one.
std::string peer_name(int fd) {
  sockaddr_un address{};
  socklen_t size = sizeof(address);
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  if (address.sun_family != AF_UNIX || size <= offsetof(sockaddr_un, sun_path)) return {};
  return std::filesystem::path(static_cast<const char*>(address.sun_path)).filename().string();
}

}  // namespace

std::exception_ptr JackThread::failure() const {
  const auto limit = patience_.count();
  const std::string time =
      limit % 1000 == 0 ? fmt::format("{} s", limit / 1000) : fmt::format("{} ms", limit);
  return std::make_exception_ptr(JackHangs(fmt::format(
      "{} has not returned for {}; it is given up, and the client opened anew", hanging_call_, time)));
}

// jackd names its socket jack_SERVER_UID_0, PipeWire pipewire-0 or as PIPEWIRE_REMOTE says.
int cut_off_jack_servers() {
  const char* const remote = std::getenv("PIPEWIRE_REMOTE");
  const std::string named = remote != nullptr ? std::filesystem::path(remote).filename().string() : "";
  int count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", error)) {
    const int fd = std::atoi(entry.path().filename().c_str());
    const std::string peer = peer_name(fd);
    const bool is_server =
        peer.starts_with("jack_") || peer.starts_with("pipewire-") || (!peer.empty() && peer == named);
    if (is_server && ::shutdown(fd, SHUT_RDWR) == 0) ++count;
  }
  return count;
}

}  // namespace namrack::daemon
