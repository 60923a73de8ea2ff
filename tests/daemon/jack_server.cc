#include "tests/daemon/jack_server.h"

#include <jack/jack.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

namespace namrack::test {
namespace {

std::string unique_name() {
  static std::atomic<int> count{0};
  return "nrtest-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

bool answers(const std::string& server) {
  jack_status_t status{};
  const auto options = static_cast<jack_options_t>(JackNoStartServer | JackServerName);
  jack_client_t* client = ::jack_client_open("probe", options, &status, server.c_str());
  if (client == nullptr) return false;
  ::jack_client_close(client);
  return true;
}

}  // namespace

JackServer::JackServer(JackServerSettings settings) : name_(unique_name()) {
  ::jack_set_error_function([](const char*) {});
  ::jack_set_info_function([](const char*) {});
  start(settings);
}

JackServer::~JackServer() {
  process_->signal(SIGCONT);
  stop(SIGTERM);
}

void JackServer::start(JackServerSettings settings) {
  // -r: no real-time priority, which a test machine need not grant.
  std::vector<std::string> command{"jackd", "-n",
                                   name_,   "-r",
                                   "-d",    "dummy",
                                   "-r",    std::to_string(settings.rate),
                                   "-p",    std::to_string(settings.block)};
  if (settings.synchronous) command.insert(command.begin() + 3, "-S");
  process_ =
      std::make_unique<ChildProcess>(command, ChildProcess::Environment{}, folder_.path() / "jackd.log");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!answers(name_)) {
    if (process_->wait(std::chrono::seconds(0)) || std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("jackd did not start:\n" + process_->log());
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void JackServer::stop(int signal) {
  process_->signal(signal);
  if (!process_->wait(std::chrono::seconds(20))) {
    process_->signal(SIGKILL);
    process_->wait();
  }
}

}  // namespace namrack::test
