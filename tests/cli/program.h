#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tests/common/temporary_folder.h"

namespace namrack::cli {

struct ProgramResult {
  int exit_code = -1;  ///< -1 when it was killed by a signal
  std::string output;  ///< standard output
  std::string errors;  ///< standard error
};

/// Runs the built `namrack` with these arguments and waits for it; `environment` is added to the test's own.
ProgramResult run_program(const std::vector<std::string>& arguments,
                          const std::map<std::string, std::string>& environment = {});

/// The same as a user who may nothing: nobody, when the test is root's; else the test's own user.
ProgramResult run_program_as_nobody(const std::vector<std::string>& arguments);

/// The program while it runs.
class RunningProgram {
 public:
  explicit RunningProgram(const std::vector<std::string>& arguments);
  void signal(int number) const;
  /// Waits for its end.
  ProgramResult result();

 private:
  test::TemporaryFolder folder_;
  int pid_ = -1;
};

inline bool is_one_line(const std::string& text) {
  return std::ranges::count(text, '\n') == 1 && text.ends_with('\n');
}

}  // namespace namrack::cli
