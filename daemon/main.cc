#include <pthread.h>
#include <spdlog/spdlog.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "daemon/application.h"
#include "daemon/jack/jack_client.h"
#include "daemon/logging.h"
#include "daemon/options/options.h"
#include "daemon/signals.h"
#include "player/plain_words.h"

namespace {

using namrack::daemon::Application;
using namrack::daemon::ExitCode;
using namrack::daemon::Options;

// How long the end may wait for whoever reads the log.
constexpr std::chrono::milliseconds kLogPatience{500};

// A locked stack is resident in full, and by default that is 8 MiB a thread.
void limit_stacks() {
  constexpr std::size_t kStack = std::size_t{1} << 20U;
  pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return;
  if (::pthread_attr_setstacksize(&attributes, kStack) == 0) ::pthread_setattr_default_np(&attributes);
  ::pthread_attr_destroy(&attributes);
}

// Pages are kept from being swapped out under the audio thread only where locking is unlimited (the service
// unit says so): with a limit, later allocations would fail instead.
bool may_lock_memory() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY;
}

void lock_memory() {
  if (::mlockall(MCL_CURRENT | MCL_FUTURE) != 0) spdlog::warn("memory cannot be locked");
}

ExitCode run(int argc, char** argv) {
  auto parsed = namrack::daemon::read_options(argc, argv);
  if (const auto* early = std::get_if<namrack::daemon::EarlyExit>(&parsed)) {
    std::fputs(early->message.c_str(), early->code == ExitCode::ok ? stdout : stderr);
    return early->code;
  }
  const auto& options = std::get<Options>(parsed);
  namrack::daemon::set_log_level(options.log_level);
  namrack::daemon::JackClient::route_messages();
  if (may_lock_memory()) lock_memory();
  // Never destroyed, see Application::run().
  auto* application = new Application(options);
  return application->run();
}

// Every exception becomes one line and an exit code.
ExitCode run_and_explain(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const namrack::daemon::StartupError& error) {
    spdlog::critical("{}", error.what());
    return error.code();
  } catch (const std::exception& error) {
    spdlog::critical("{}", namrack::player::plain_words(error));
    return ExitCode::os_failure;
  } catch (...) {
    spdlog::critical("an unknown fault of namrackd itself");
    return ExitCode::os_failure;
  }
}

}  // namespace

int main(int argc, char** argv) {
  namrack::daemon::open_missing_standard_streams();
  namrack::daemon::set_up_signals();
  if (may_lock_memory()) limit_stacks();
  // Never destroyed: its thread may be stuck in a write.
  auto* const log = new namrack::daemon::Logging(STDERR_FILENO, Options{}.log_level);
  const ExitCode code = run_and_explain(argc, argv);
  std::fflush(stdout);
  log->finish(kLogPatience);
  // Ends threads that may be stuck in a call to a hung server, without destroying what they use.
  std::_Exit(static_cast<int>(code));
}
