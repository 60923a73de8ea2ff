#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>
#include <optional>

#include "daemon/control/control_server.h"
#include "daemon/control/control_socket.h"
#include "daemon/exit_code.h"
#include "daemon/jack/jack_supervisor.h"
#include "daemon/monitor.h"
#include "daemon/notifier.h"
#include "daemon/options/options.h"
#include "daemon/state_keeper.h"
#include "player/commands/handlers.h"
#include "player/host.h"
#include "player/worker.h"

namespace namrack::daemon {

/// The daemon: owns everything, in the order of dependency. Thread: control, which is main's.
class Application {
 public:
  /// Takes the control socket. Throws StartupError.
  explicit Application(Options options);

  /// Runs until a signal or a failure at start. The process must then end without destroying this object: a
  /// worker may still be stuck in a call to the system that uses it.
  ExitCode run();

 private:
  boost::asio::awaitable<void> start();
  boost::asio::awaitable<void> serve();
  void keep_running(const char* what, std::function<boost::asio::awaitable<void>()> task);
  boost::asio::awaitable<void> load_at_start();
  boost::asio::awaitable<void> await_signal();
  boost::asio::awaitable<void> stop();
  boost::asio::awaitable<void> fade_out();
  boost::asio::awaitable<void> feed_watchdog();
  void reread_configuration();
  void quit(ExitCode code);
  void note_change();
  player::SavedState saved_state() const;
  void report_jack();
  std::string service_status() const;

  Options options_;
  ControlSocket socket_;
  player::Host host_;
  boost::asio::signal_set signals_;
  player::Worker state_writer_;
  StateKeeper state_;
  JackSupervisor jack_;
  Monitor monitor_;
  player::Handlers handlers_;
  ControlServer server_;
  Notifier notifier_;
  bool started_ = false;
  bool stopping_ = false;
  bool failure_logged_ = false;
  ExitCode exit_code_ = ExitCode::ok;
};

}  // namespace namrack::daemon
