#include "tests/daemon/running_daemon.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace namrack::test {
namespace json = boost::json;
using std::chrono::milliseconds;
namespace {

constexpr milliseconds kPatience{60000};

}  // namespace

std::string request_line(std::uint64_t id, const std::string& method, const json::object& params) {
  return json::serialize(
             json::object{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}}) +
         "\n";
}

ControlClient::ControlClient(const std::filesystem::path& socket) {
  fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket.c_str(), sizeof(address.sun_path) - 1);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    ::close(fd_);
    throw std::runtime_error("cannot connect to " + socket.string());
  }
}

ControlClient::~ControlClient() {
  ::close(fd_);
  for (const std::string& field : check_.faults())
    ADD_FAILURE() << field << ": mend its row in protocol/commands";
}

void ControlClient::send(const std::string& text) {
  check_.sent(text);
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = ::send(fd_, text.data() + done, text.size() - done, MSG_NOSIGNAL);
    if (count < 0) throw std::system_error(errno, std::generic_category(), "send");
    done += static_cast<std::size_t>(count);
  }
}

void ControlClient::finish_sending() const {
  ::shutdown(fd_, SHUT_WR);
}

bool ControlClient::is_quiet_for(milliseconds time) {
  if (!buffer_.empty()) return false;
  pollfd ready{fd_, POLLIN, 0};
  return ::poll(&ready, 1, static_cast<int>(time.count())) == 0;
}

std::optional<std::string> ControlClient::read_line() {
  for (;;) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      check_.received(line);
      return line;
    }
    pollfd ready{fd_, POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(kPatience.count())) <= 0) throw std::runtime_error("no reply");
    char chunk[65536];
    const ssize_t count = ::read(fd_, chunk, sizeof(chunk));
    if (count <= 0) return std::nullopt;
    buffer_.append(chunk, static_cast<std::size_t>(count));
  }
}

json::object ControlClient::reply(const std::string& method, const json::object& params) {
  const std::uint64_t id = ++last_id_;
  send(request_line(id, method, params));
  for (;;) {
    const auto line = read_line();
    if (!line) throw std::runtime_error("the daemon hung up");
    json::object message = json::parse(*line).as_object();
    if (message.contains("method")) {
      events_.push_back(message.at("params").as_object());
    } else if (message.at("id") == json::value(id)) {
      return message;
    }
  }
}

json::object ControlClient::call(const std::string& method, const json::object& params) {
  json::object message = reply(method, params);
  if (!message.contains("result")) throw std::runtime_error(method + ": " + json::serialize(message));
  return message.at("result").as_object();
}

json::object ControlClient::call_error(const std::string& method, const json::object& params) {
  json::object message = reply(method, params);
  if (!message.contains("error"))
    throw std::runtime_error(method + " succeeded: " + json::serialize(message));
  return message.at("error").at("data").as_object();
}

json::object ControlClient::next_event(const std::string& topic) {
  for (;;) {
    const auto found = std::find_if(events_.begin(), events_.end(), [&](const json::object& event) {
      return event.at("topic") == json::value(topic.c_str());
    });
    if (found != events_.end()) {
      json::object event = *found;
      events_.erase(found);
      return event;
    }
    const auto line = read_line();
    if (!line) throw std::runtime_error("the daemon hung up");
    const json::object message = json::parse(*line).as_object();
    if (message.contains("method")) events_.push_back(message.at("params").as_object());
  }
}

json::object ControlClient::wait_for_status(const std::function<bool(const json::object&)>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    json::object status = call("status");
    if (condition(status)) return status;
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("the status never came about; it is " + json::serialize(status));
    std::this_thread::sleep_for(milliseconds(10));
  }
}

RunningDaemon::RunningDaemon(std::vector<std::string> arguments, const std::string& jack_server,
                             Launch launch) {
  std::vector<std::string> command = std::move(launch.by);
  for (const std::string& word : {std::string(NAMRACK_BUILD_DIR "/namrackd"), std::string("--socket"),
                                  socket().string(), std::string("--log-level"), std::string("debug")})
    command.push_back(word);
  const bool keeps_state = std::any_of(arguments.begin(), arguments.end(),
                                       [](const std::string& a) { return a.rfind("--state", 0) == 0; });
  if (!keeps_state) command.emplace_back("--no-state");
  // Under a sanitizer no model is fast enough; a test of the budget names its own.
  const bool has_budget = std::any_of(arguments.begin(), arguments.end(),
                                      [](const std::string& a) { return a.rfind("--cpu-budget", 0) == 0; });
  if (!has_budget) command.emplace_back("--cpu-budget=1000");
  command.insert(command.end(), arguments.begin(), arguments.end());
  launch.environment.try_emplace("XDG_CONFIG_HOME", folder_.path().string());  // not the user's
  launch.environment["JACK_DEFAULT_SERVER"] = jack_server.empty() ? "namrack-no-such-server" : jack_server;
  process_ = std::make_unique<ChildProcess>(command, launch.environment, folder_.path() / "log");
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    try {
      connect()->call("ping");
      return;
    } catch (const std::exception&) {
      if (process_->wait(std::chrono::seconds(0)) || std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error("namrackd did not start:\n" + process_->log());
      std::this_thread::sleep_for(milliseconds(10));
    }
  }
}

RunningDaemon::~RunningDaemon() {
  process_->signal(SIGTERM);
  process_->wait(std::chrono::seconds(20));
  if (testing::Test::HasFailure()) std::cerr << "namrackd said:\n" << process_->log() << "\n";
}

std::string load_option(const std::string& name, const std::string& model) {
  return "--load=" + name + "=" + model_path(model);
}

}  // namespace namrack::test
