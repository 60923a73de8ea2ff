#include "cli/text/output.h"

#include <cerrno>
#include <cstdio>
#include <stdexcept>

#include "cli/failure.h"

namespace namrack::cli {

void print(std::string_view text) {
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!is_written || std::fflush(stdout) != 0) {
    throw std::runtime_error("cannot write to standard output: " + reason_of(errno));
  }
}

}  // namespace namrack::cli
