#pragma once

#include <vector>

namespace namrack::daemon {

/// A signal's request to the daemon.
enum class SignalAction {
  stop,    ///< ends with a fade, and saves
  reread,  ///< reads the configuration again
  ignore,  ///< nothing: it would only end the sound
};

/// The signals that the control thread is to wait for: those of `action`.
std::vector<int> signals_of(SignalAction action);

/// Has the system ignore what the daemon ignores, and undoes what the caller's process has blocked. Main
/// thread, before there is another one.
void set_up_signals();

}  // namespace namrack::daemon
