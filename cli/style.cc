#include "cli/style.h"

#include <unistd.h>

#include "protocol/socket_path.h"

namespace namrack::cli {

Style Style::for_output(int fd) {
  const auto no_color = protocol::process_environment("NO_COLOR");
  const bool is_refused = no_color && !no_color->empty();
  const bool is_dumb = protocol::process_environment("TERM") == "dumb";
  return Style(!is_refused && !is_dumb && ::isatty(fd) == 1);
}

std::string Style::wrap(std::string_view code, std::string_view text) const {
  if (!is_on_) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace namrack::cli
