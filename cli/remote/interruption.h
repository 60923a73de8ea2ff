#pragma once

#include <csignal>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "cli/commands/arguments.h"
#include "cli/remote/client.h"

namespace namrack::cli {

/// While it lives, SIGINT and SIGTERM cancel what this program's connections have asked for and what still
/// waits for its time, and then end the program with 130 or 143. Cancelling has a connection of its own and
/// takes two seconds at most. Make it before other threads: they are not to receive the signals.
class Interruption {
 public:
  explicit Interruption(const GlobalOptions& options);
  /// Once a signal has come it does not return.
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  /// Learns by `hello` what the daemon calls this connection, so that its changes are known as ours.
  void watch(Client& client);
  /// Has `end` called as well, with a client of its own: what waits for something else than a time.
  void on_interrupt(std::function<void(Client&)> end) { end_ = std::move(end); }

 private:
  void wait_for_signal();
  std::size_t cancel_ours();

  const GlobalOptions options_;
  std::mutex mutex_;
  std::vector<boost::json::value> origins_;
  std::function<void(Client&)> end_;
  sigset_t former_{};
  int over_ = -1;  // an eventfd that is readable once nothing is to be cancelled any more
  std::thread thread_;
};

/// Whether a request with these parameters waits for a time.
bool may_wait(const boost::json::object& params);

}  // namespace namrack::cli
