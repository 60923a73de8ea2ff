#include "cli/remote/interruption.h"

#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "cli/failure.h"
#include "cli/remote/connect.h"
#include "cli/text/fields.h"
#include "protocol/wire/json_text.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;
using protocol::ErrorCode;
using protocol::ProtocolError;

constexpr double kCancelSeconds = 2.0;
constexpr int kSignalledExit = 128;  // and the signal's number, as shells have it

sigset_t interrupts() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

bool may_wait(const json::object& params) {
  constexpr std::array kTimes{"at_frame", "in_ms", "at_bar", "at_beat"};
  return std::ranges::any_of(kTimes, [&](const char* key) { return params.contains(key); });
}

Interruption::Interruption(const GlobalOptions& options) : options_(options) {
  const sigset_t set = interrupts();
  ::pthread_sigmask(SIG_BLOCK, &set, &former_);
  over_ = ::eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread([this] { wait_for_signal(); });
}

Interruption::~Interruption() {
  ::eventfd_write(over_, 1);
  thread_.join();
  ::close(over_);
  ::pthread_sigmask(SIG_SETMASK, &former_, nullptr);
}

void Interruption::watch(Client& client) {
  const json::object hello = client.call("hello", {{"client", "namrack " NAMRACK_VERSION}});
  const json::value* const connection = hello.if_contains("connection");
  if (connection == nullptr) return;  // of an older daemon, which cannot cancel
  const std::lock_guard lock(mutex_);
  origins_.push_back(*connection);
}

std::size_t Interruption::cancel_ours() {
  GlobalOptions options = options_;
  options.timeout_s = kCancelSeconds;
  Client client = connect(options);
  const std::lock_guard lock(mutex_);
  if (end_) end_(client);
  if (origins_.empty()) return 0;
  const json::object pending = client.call("pending", {});
  std::size_t cancelled = 0;
  const json::value* const changes = pending.if_contains("changes");
  if (changes == nullptr || !changes->is_array()) return 0;
  for (const json::value& item : changes->get_array()) {
    if (!item.is_object()) continue;
    const json::value* const origin = item.get_object().if_contains("origin");
    const json::value* const id = item.get_object().if_contains("id");
    if (origin == nullptr || id == nullptr || std::ranges::find(origins_, *origin) == origins_.end())
      continue;
    try {
      client.call("cancel", {{"id", *id}});
      ++cancelled;
    } catch (const Failure& failure) {
      // It has just happened.
      if (failure.exit_code() != ExitCode::failed) throw;
    }
  }
  return cancelled;
}

void Interruption::wait_for_signal() {
  const sigset_t set = interrupts();
  const int signals = ::signalfd(-1, &set, SFD_CLOEXEC);
  std::array<pollfd, 2> fds{pollfd{signals, POLLIN, 0}, pollfd{over_, POLLIN, 0}};
  while (::poll(fds.data(), fds.size(), -1) < 0) continue;
  signalfd_siginfo info{};
  const bool has_come = (fds[0].revents & POLLIN) != 0 && ::read(signals, &info, sizeof info) == sizeof info;
  ::close(signals);
  if (!has_come) return;
  std::string message = "interrupted";
  try {
    const std::size_t count = cancel_ours();
    if (count > 0) message += fmt::format(", {} waiting change{} cancelled", count, count == 1 ? "" : "s");
  } catch (const std::exception& error) {
    message += fmt::format(", but what waits could not be cancelled: {}", error.what());
  }
  std::fflush(stdout);
  if (options_.json)
    std::puts(protocol::json_text(ProtocolError(ErrorCode::cancelled, message).to_json()).c_str());
  std::fputs(("\nnamrack: " + message + '\n').c_str(), stderr);
  std::fflush(stdout);
  ::_exit(kSignalledExit + static_cast<int>(info.ssi_signo));
}

}  // namespace namrack::cli
