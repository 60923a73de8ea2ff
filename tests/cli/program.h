#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

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

inline bool is_one_line(const std::string& text) {
  return std::ranges::count(text, '\n') == 1 && text.ends_with('\n');
}

}  // namespace namrack::cli
