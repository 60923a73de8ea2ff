#include "tests/cli/program.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace namrack::cli {
namespace {

[[noreturn]] void become_program(const std::vector<std::string>& arguments,
                                 const std::map<std::string, std::string>& environment,
                                 const std::string& output, const std::string& errors, bool as_nobody) {
  const int out = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int err = ::open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::string program = NAMRACK_BUILD_DIR "/namrack";
  std::vector<std::string> words = arguments;
  std::vector<char*> argv{program.data()};
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  // Opened before, because nobody may not be allowed to look into the build folder.
  const int file = ::open(program.c_str(), O_RDONLY);
  constexpr uid_t kNobody = 65534;
  if (as_nobody && ::geteuid() == 0 &&
      (::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 || ::setuid(kNobody) != 0))
    ::_exit(126);
  ::fexecve(file, argv.data(), environ);
  ::_exit(127);
}

pid_t start(const test::TemporaryFolder& folder, const std::vector<std::string>& arguments,
            const std::map<std::string, std::string>& environment, bool as_nobody) {
  const pid_t pid = ::fork();
  if (pid == 0) become_program(arguments, environment, folder.file("out"), folder.file("err"), as_nobody);
  return pid;
}

ProgramResult finish(const test::TemporaryFolder& folder, pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return {.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
          .output = test::read_file(folder.path() / "out"),
          .errors = test::read_file(folder.path() / "err")};
}

ProgramResult run(const std::vector<std::string>& arguments,
                  const std::map<std::string, std::string>& environment, bool as_nobody) {
  const test::TemporaryFolder folder;
  return finish(folder, start(folder, arguments, environment, as_nobody));
}

}  // namespace

ProgramResult run_program(const std::vector<std::string>& arguments,
                          const std::map<std::string, std::string>& environment) {
  return run(arguments, environment, false);
}

RunningProgram::RunningProgram(const std::vector<std::string>& arguments)
    : pid_(start(folder_, arguments, {}, false)) {}

void RunningProgram::signal(int number) const {
  ::kill(pid_, number);
}

ProgramResult RunningProgram::result() {
  return finish(folder_, pid_);
}

ProgramResult run_program_as_nobody(const std::vector<std::string>& arguments) {
  return run(arguments, {}, true);
}

}  // namespace namrack::cli
