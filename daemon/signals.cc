#include "daemon/signals.h"

#include <array>
#include <csignal>

namespace namrack::daemon {
namespace {

struct SignalSpec {
  int number;
  SignalAction action;
};

// All signals whose default is to end or to stop the process, but for those of faults of the program (SEGV,
// ABRT …), KILL, STOP, and TSTP: whoever types Ctrl-Z means it.
constexpr auto kSignals = std::to_array<SignalSpec>({
    {SIGTERM, SignalAction::stop},
    {SIGINT, SignalAction::stop},
    {SIGQUIT, SignalAction::stop},  // Ctrl-\ lies beside Ctrl-C, and nobody on stage wants a core file
    {SIGPWR, SignalAction::stop},   // the power is about to fail: there is time to save
    {SIGHUP, SignalAction::reread},
    {SIGPIPE, SignalAction::ignore},  // a client that leaves is an error of write()
    {SIGXFSZ, SignalAction::ignore},  // a state file too large is an error of write()
    {SIGUSR1, SignalAction::ignore},
    {SIGUSR2, SignalAction::ignore},
    {SIGALRM, SignalAction::ignore},
    {SIGVTALRM, SignalAction::ignore},
    {SIGPROF, SignalAction::ignore},
    {SIGPOLL, SignalAction::ignore},
    {SIGSTKFLT, SignalAction::ignore},
    // The warning of RLIMIT_RTTIME, which rtkit sets, and of RLIMIT_CPU; their hard limits come as KILL.
    {SIGXCPU, SignalAction::ignore},
    // In the background of a terminal with "stty tostop" one line of the log would stop the sound.
    {SIGTTIN, SignalAction::ignore},
    {SIGTTOU, SignalAction::ignore},
});

}  // namespace

std::vector<int> signals_of(SignalAction action) {
  std::vector<int> numbers;
  for (const SignalSpec& spec : kSignals)
    if (spec.action == action) numbers.push_back(spec.number);
  // The real-time signals have no meaning of their own; those below SIGRTMIN are the C library's.
  if (action == SignalAction::ignore)
    for (int number = SIGRTMIN; number <= SIGRTMAX; ++number) numbers.push_back(number);
  return numbers;
}

void set_up_signals() {
  for (const int number : signals_of(SignalAction::ignore)) std::signal(number, SIG_IGN);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace namrack::daemon
