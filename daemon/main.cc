#include <pthread.h>
#include <spdlog/spdlog.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "daemon/application.h"
#include "daemon/jack_client.h"
#include "daemon/logging.h"
#include "daemon/options.h"
#include "player/error_map.h"

namespace {

using namrack::daemon::Application;
using namrack::daemon::ExitCode;
using namrack::daemon::Options;

// A locked stack is resident in full, and by default that is 8 MiB a thread.
void limit_stacks() {
  constexpr std::size_t kStack = std::size_t{1} << 20U;
  pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return;
  if (::pthread_attr_setstacksize(&attributes, kStack) == 0) ::pthread_setattr_default_np(&attributes);
  ::pthread_attr_destroy(&attributes);
}

// Keeps pages from being swapped out under the audio thread. Only where locking is unlimited (the service
// unit says so): with a limit, later allocations would fail instead.
void lock_memory() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY) return;
  limit_stacks();
  if (::mlockall(MCL_CURRENT | MCL_FUTURE) != 0) spdlog::warn("memory cannot be locked");
}

ExitCode run(int argc, char** argv) {
  namrack::daemon::set_up_logging(Options{}.log_level);
  auto parsed = namrack::daemon::read_options(argc, argv);
  if (const auto* early = std::get_if<namrack::daemon::EarlyExit>(&parsed)) {
    std::fputs(early->message.c_str(), early->code == ExitCode::ok ? stdout : stderr);
    return early->code;
  }
  const auto& options = std::get<Options>(parsed);
  namrack::daemon::set_up_logging(options.log_level);
  namrack::daemon::JackClient::route_messages();
  // A client that leaves is an error code of write, not a reason to die.
  std::signal(SIGPIPE, SIG_IGN);
  lock_memory();
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
    spdlog::critical("{}", error.what());
    return ExitCode::os_failure;
  } catch (...) {
    spdlog::critical("an unknown fault of namrackd itself");
    return ExitCode::os_failure;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const ExitCode code = run_and_explain(argc, argv);
  spdlog::default_logger()->flush();
  std::fflush(stdout);
  // Ends threads that may be stuck in a call to a hung server, without destroying what they use.
  std::_Exit(static_cast<int>(code));
}
