#include "tests/daemon/child_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "tests/common/temporary_folder.h"

namespace namrack::test {

ChildProcess::ChildProcess(const std::vector<std::string>& command, const Environment& environment,
                           const std::filesystem::path& log)
    : log_(log) {
  std::vector<char*> arguments;
  for (const std::string& part : command) arguments.push_back(const_cast<char*>(part.c_str()));
  arguments.push_back(nullptr);
  id_ = ::fork();
  if (id_ < 0) throw std::runtime_error("fork failed");
  if (id_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing outlives a test that crashes
  const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(fd, STDOUT_FILENO);
  ::dup2(fd, STDERR_FILENO);
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

ChildProcess::~ChildProcess() {
  if (code_) return;
  ::kill(id_, SIGKILL);
  wait();
}

void ChildProcess::signal(int number) const {
  if (!code_) ::kill(id_, number);
}

void ChildProcess::suspend() const {
  signal(SIGSTOP);
  // Its end is left for wait() to find.
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(id_), &info, WSTOPPED | WEXITED | WNOWAIT) != 0 &&
         errno == EINTR) {
  }
}

void ChildProcess::resume() const {
  signal(SIGCONT);
}

std::optional<int> ChildProcess::wait(std::chrono::seconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!code_) {
    int status = 0;
    if (::waitpid(id_, &status, WNOHANG) == id_) {
      code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    } else {
      if (std::chrono::steady_clock::now() > deadline) return std::nullopt;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  return code_;
}

std::string ChildProcess::log() const {
  return read_file(log_);
}

}  // namespace namrack::test
