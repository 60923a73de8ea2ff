#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/common/temporary_folder.h"
#include "tests/daemon/child_process.h"

namespace namrack::test {

struct JackServerSettings {
  unsigned rate = 48000;  ///< Hz
  unsigned block = 128;   ///< frames
  /// The server waits for its clients, so that no block gets lost on a busy machine; only its clock may be
  /// late.
  bool synchronous = false;
  bool realtime = false;  ///< asks for real-time priority, for itself and its clients
};

/// A JACK server of the test's own, with a dummy sound card. Throws when it does not come up: without JACK
/// these tests fail, they do not skip.
class JackServer {
 public:
  explicit JackServer(JackServerSettings settings = {});
  ~JackServer();

  const std::string& name() const { return name_; }
  ChildProcess& process() { return *process_; }
  /// Ends the server with this signal, SIGTERM or SIGKILL, and waits until it has gone.
  void stop(int signal);
  /// Starts it again under the same name.
  void start(JackServerSettings settings = {});

 private:
  TemporaryFolder folder_;
  std::string name_;
  int lock_ = -1;  // keeps name_ ours
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace namrack::test
