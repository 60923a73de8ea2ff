#include "cli/text/style.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "protocol/socket_path.h"
#include "shell/display_text.h"

namespace namrack::cli {
namespace {

constexpr std::size_t kUsualColumns = 80;
constexpr std::size_t kLeastColumns = 40;

std::size_t columns_of(int fd) {
  winsize size{};
  if (::isatty(fd) == 1 && ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return std::max<std::size_t>(size.ws_col, kLeastColumns);
  const std::string text = protocol::process_environment("COLUMNS").value_or("");
  std::size_t columns = 0;
  const std::from_chars_result read = std::from_chars(text.data(), text.data() + text.size(), columns);
  const bool is_number = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return is_number && columns >= kLeastColumns ? std::min(columns, Style::kAnyColumns) : kUsualColumns;
}

}  // namespace

Style Style::for_output(int fd) {
  const auto no_color = protocol::process_environment("NO_COLOR");
  const bool is_refused = no_color && !no_color->empty();
  const bool is_dumb = protocol::process_environment("TERM") == "dumb";
  return Style(!is_refused && !is_dumb && ::isatty(fd) == 1, columns_of(fd));
}

std::string Style::fit(const std::string& text, std::size_t indent) const {
  return shell::wrapped(text, columns_, indent);
}

std::string Style::wrap(std::string_view code, std::string_view text) const {
  if (!is_on_) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace namrack::cli
