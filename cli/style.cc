#include "cli/style.h"

#include <unistd.h>

#include <cstdlib>

namespace namrack::cli {

Style Style::for_output(int fd) {
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  const bool is_refused = (no_color != nullptr && *no_color != '\0') ||
                          (terminal != nullptr && std::string_view(terminal) == "dumb");
  return Style(!is_refused && ::isatty(fd) == 1);
}

std::string Style::wrap(std::string_view code, std::string_view text) const {
  if (!is_on_) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace namrack::cli
