#include "tests/daemon/jack_server.h"

#include <fcntl.h>
#include <jack/jack.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace namrack::test {
namespace {

// JACK has room for the names of eight servers, and keeps the name of one that was killed until a server of
// the same name comes. So the tests share a few names, and a lock file tells who has which.
constexpr int kNames = 3;

std::string name_of(int number) {
  return "namrack-test-" + std::to_string(::getuid()).append("-").append(std::to_string(number));
}

int try_lock(const std::string& name) {
  const auto file = std::filesystem::temp_directory_path() / (name + ".lock");
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0 && ::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  if (fd >= 0) ::close(fd);
  return -1;
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

JackServer::JackServer(JackServerSettings settings) {
  for (int number = 0; lock_ < 0; number = (number + 1) % kNames) {
    name_ = name_of(number);
    lock_ = try_lock(name_);
    if (lock_ < 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  ::jack_set_error_function([](const char*) {});
  ::jack_set_info_function([](const char*) {});
  start(settings);
}

JackServer::~JackServer() {
  process_->resume();
  stop(SIGTERM);
  ::close(lock_);
}

void JackServer::start(JackServerSettings settings) {
  // Without real-time priority, which a test machine need not grant. With -R jackd goes on when it is
  // refused.
  std::vector<std::string> command{"jackd", "-n",
                                   name_,   settings.realtime ? "-R" : "-r",
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
