#include "tests/common/interactive_bash.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <stdexcept>

#include "tests/common/temporary_folder.h"

namespace namrack::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// Reads what the terminal shows, so that it never fills up, until `is_done`.
template <typename Done>
bool read_until(int terminal, Clock::time_point deadline, Done is_done) {
  std::string shown;
  while (!is_done(shown)) {
    if (Clock::now() > deadline) return false;
    pollfd ready{.fd = terminal, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, 50) <= 0) continue;
    std::array<char, 4096> buffer;
    const ssize_t count = ::read(terminal, buffer.data(), buffer.size());
    if (count <= 0) return is_done(shown);
    shown.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return true;
}

void type(int terminal, const std::string& text) {
  if (::write(terminal, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error("cannot type");
}

}  // namespace

std::string arguments_typed(const std::string& folder, const std::string& script, const std::string& typed) {
  const TemporaryFolder own;
  const fs::path result = own.path() / "arguments";
  const std::string start = own.write(
      "start", script + "\nPS1='ready> '\nbind 'set bell-style none'\nshow() { printf '%s\\n' \"$@\" > " +
                   (own.path() / "new").string() + "; mv " + (own.path() / "new").string() + ' ' +
                   result.string() + "; }\n");
  int terminal = -1;
  const pid_t pid = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  if (pid < 0) throw std::runtime_error("cannot open a terminal");
  if (pid == 0) {
    if (::chdir(folder.c_str()) != 0) ::_exit(127);
    ::setenv("TERM", "dumb", 1);
    ::execlp("bash", "bash", "--noprofile", "--rcfile", start.c_str(), "-i", nullptr);
    ::_exit(127);
  }
  const auto deadline = Clock::now() + std::chrono::seconds(20);
  std::string arguments;
  if (read_until(terminal, deadline,
                 [](const std::string& shown) { return shown.find("ready> ") != std::string::npos; })) {
    type(terminal, typed + '\n');
    read_until(terminal, deadline, [&](const std::string&) { return fs::exists(result); });
    arguments = read_file(result);
  }
  ::kill(pid, SIGKILL);
  ::close(terminal);
  ::waitpid(pid, nullptr, 0);
  return arguments;
}

}  // namespace namrack::test
