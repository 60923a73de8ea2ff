#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/common/temporary_folder.h"
#include "tests/daemon/child_process.h"
#include "tests/daemon/running_daemon.h"

namespace namrack::test {

/// A PipeWire of the test's own, with its session manager and a sound card that is none: stereo ports
/// test-source:capture_FL and so on, test-sink:playback_FL and so on. Throws when it does not come up.
class PipeWireSession {
 public:
  /// False where its packages are missing: pipewire, pipewire-jack, wireplumber, dbus.
  static bool is_installed();

  /// `rate` is the clock's, in Hz.
  explicit PipeWireSession(unsigned rate);
  ~PipeWireSession();

  /// Lets a program find this session, as a JACK server too.
  Launch launch() const;
  /// namrackd on this session, connected to the sound card, one ear each.
  std::unique_ptr<RunningDaemon> start_daemon(std::vector<std::string> arguments = {}) const;
  /// Makes the graph run at this rate, in Hz, from now on.
  void set_rate(unsigned rate);
  /// Ends the server and the session manager with this signal.
  void stop(int signal);
  /// Starts them again.
  void start();
  ChildProcess& server() { return *server_; }

 private:
  bool has_ports();
  std::unique_ptr<ChildProcess> run(const std::vector<std::string>& command, const std::string& log) const;
  std::string all_logs() const;

  TemporaryFolder folder_;
  ChildProcess::Environment environment_;
  std::unique_ptr<ChildProcess> bus_, server_, manager_;
};

}  // namespace namrack::test
