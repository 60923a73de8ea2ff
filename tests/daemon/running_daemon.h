#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/common/model_path.h"
#include "tests/common/temporary_folder.h"
#include "tests/daemon/child_process.h"
#include "tests/protocol/wire_check.h"

namespace namrack::test {

/// A request as a line to send.
std::string request_line(std::uint64_t id, const std::string& method, const boost::json::object& params = {});

/// A client of the control socket. Waits up to a minute for everything, then throws. Whatever the daemon
/// sends is held to the tables: a field without a row fails the test.
class ControlClient {
 public:
  explicit ControlClient(const std::filesystem::path& socket);
  ~ControlClient();
  ControlClient(const ControlClient&) = delete;
  ControlClient& operator=(const ControlClient&) = delete;

  /// Sends text as it stands.
  void send(const std::string& text);
  /// The next line without its line feed; nullopt at the end of the stream.
  std::optional<std::string> read_line();
  /// True when nothing arrives for `time`.
  bool is_quiet_for(std::chrono::milliseconds time);
  /// Shuts down the sending side.
  void finish_sending() const;

  /// The result of a request; throws when it fails. Events that arrive meanwhile are kept.
  boost::json::object call(const std::string& method, const boost::json::object& params = {});
  /// The data of the error of a request; throws when it succeeds.
  boost::json::object call_error(const std::string& method, const boost::json::object& params = {});
  /// The params of the next event of this topic.
  boost::json::object next_event(const std::string& topic);
  /// Asks for `status` until `condition` holds. Throws after a minute.
  boost::json::object wait_for_status(const std::function<bool(const boost::json::object&)>& condition);

 private:
  boost::json::object reply(const std::string& method, const boost::json::object& params);

  int fd_ = -1;
  std::string buffer_;
  std::uint64_t last_id_ = 0;
  protocol::WireCheck check_;
  std::vector<boost::json::object> events_;
};

/// How namrackd is started, besides its arguments.
struct Launch {
  /// A program with arguments that ends by executing namrackd, such as setpriv.
  std::vector<std::string> by = {};
  ChildProcess::Environment environment = {};
};

/// namrackd with a socket in a folder of its own and, unless `arguments` say otherwise, no state file.
class RunningDaemon {
 public:
  /// `jack_server` is the name of the JACK server to use; by default one that does not exist.
  explicit RunningDaemon(std::vector<std::string> arguments = {}, const std::string& jack_server = "",
                         Launch launch = {});
  ~RunningDaemon();

  std::filesystem::path socket() const { return folder_.path() / "run" / "control.sock"; }
  std::unique_ptr<ControlClient> connect() const { return std::make_unique<ControlClient>(socket()); }
  ChildProcess& process() { return *process_; }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<ChildProcess> process_;
};

/// "--load=NAME=PATH" for such a model.
std::string load_option(const std::string& name, const std::string& model);

}  // namespace namrack::test
