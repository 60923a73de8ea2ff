#include "daemon/jack/system_limits.h"

#include <pwd.h>
#include <spdlog/fmt/fmt.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

namespace namrack::daemon {
namespace {

constexpr const char* kLimitsFolder = "/etc/security/limits.d";
// Clients, model files, sockets of the server, and with PipeWire a file a port and connection.
constexpr rlim_t kFilesNeeded = 256;
// The files that libjack opens for a client, and that the control socket and the readers open meanwhile.
constexpr rlim_t kFilesToSpare = 32;
constexpr unsigned kIpcLock = 14;  // the bit of CAP_IPC_LOCK, with which no limit holds

rlim_t soft_limit(__rlimit_resource resource) {
  rlimit limit{};
  return ::getrlimit(resource, &limit) == 0 ? limit.rlim_cur : RLIM_INFINITY;
}

bool has_capability(unsigned bit) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("CapEff:")) return ((std::strtoull(line.c_str() + 7, nullptr, 16) >> bit) & 1U) != 0;
  return false;
}

std::string user_name(uid_t user) {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return fmt::format("\"{}\"", found->pw_name);
  return fmt::format("number {}", user);
}

// The user in a socket's name: jackd's is jack_SERVER_UID_0, PipeWire's lies in /run/user/UID.
std::optional<uid_t> user_of_server(std::string_view path) {
  const char* const named = std::getenv("JACK_DEFAULT_SERVER");
  const std::string jackd = fmt::format("/jack_{}_", named != nullptr ? named : "default");
  constexpr std::string_view kPipeWire = "/run/user/";
  std::size_t begin = std::string_view::npos;
  if (const auto at = path.find(jackd); at != std::string_view::npos && path.ends_with("_0"))
    begin = at + jackd.size();
  else if (path.starts_with(kPipeWire) && path.ends_with("/pipewire-0"))
    begin = kPipeWire.size();
  if (begin == std::string_view::npos) return std::nullopt;
  uid_t user = 0;
  const auto [end, error] = std::from_chars(path.data() + begin, path.data() + path.size(), user);
  if (error != std::errc{} || (*end != '_' && *end != '/')) return std::nullopt;
  return user;
}

}  // namespace

std::string why_not_realtime(int priority) {
  const rlim_t limit = soft_limit(RLIMIT_RTPRIO);
  const std::string what = "JACK is real-time, but namrackd's audio thread is not: ";
  if (limit < static_cast<rlim_t>(priority))
    return what + fmt::format(
                      "RLIMIT_RTPRIO is {}, JACK asks for {}; raise LimitRTPRIO= of the unit or rtprio in {}",
                      limit, priority, kLimitsFolder);
  return what +
         "RLIMIT_RTPRIO would allow it; perhaps the kernel refuses it to this control group (RT_GROUP_SCHED)";
}

std::optional<std::string> why_not_locked() {
  const rlim_t limit = soft_limit(RLIMIT_MEMLOCK);
  if (limit == RLIM_INFINITY || has_capability(kIpcLock)) return std::nullopt;
  return fmt::format(
      "memory cannot be locked, so that swapping may interrupt the sound: RLIMIT_MEMLOCK is {} KiB, JACK "
      "wants "
      "no limit; set LimitMEMLOCK=infinity in the unit or memlock unlimited in {}",
      limit / 1024, kLimitsFolder);
}

std::optional<std::string> why_too_few_files() {
  const rlim_t limit = soft_limit(RLIMIT_NOFILE);
  if (limit >= kFilesNeeded) return std::nullopt;
  return fmt::format(
      "RLIMIT_NOFILE is {}, which is too low for JACK, clients and model files: at least {}; raise "
      "LimitNOFILE= of "
      "the unit, or nofile in {}",
      limit, kFilesNeeded, kLimitsFolder);
}

std::optional<std::string> why_no_more_files() {
  std::error_code error;
  const std::filesystem::directory_iterator files("/proc/self/fd", error);
  const auto open = static_cast<rlim_t>(std::distance(begin(files), end(files)));
  const rlim_t limit = soft_limit(RLIMIT_NOFILE);
  if (!error && open + kFilesToSpare <= limit) return std::nullopt;
  return fmt::format(
      "{} files are open and RLIMIT_NOFILE is {}, but JACK needs {} more; raise LimitNOFILE= of the unit, or "
      "nofile "
      "in {}",
      open, limit, kFilesToSpare, kLimitsFolder);
}

// The list of all sockets that are bound is open to everybody, the folders they lie in are not.
std::optional<std::string> user_of_foreign_server() {
  std::ifstream sockets("/proc/net/unix");
  for (std::string line; std::getline(sockets, line);) {
    const auto at = line.find('/');
    if (at == std::string::npos) continue;
    const std::optional<uid_t> user = user_of_server(std::string_view(line).substr(at));
    if (user && *user != ::getuid()) return user_name(*user);
  }
  return std::nullopt;
}

std::string own_user() {
  return user_name(::getuid());
}

}  // namespace namrack::daemon
