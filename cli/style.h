#pragma once

#include <string>
#include <string_view>

namespace namrack::cli {

/// Emphasis on terminals; nothing elsewhere, nor where NO_COLOR is set.
class Style {
 public:
  /// For texts that go to file descriptor `fd`.
  static Style for_output(int fd);
  explicit Style(bool is_on) : is_on_(is_on) {}

  std::string bold(std::string_view text) const { return wrap("1", text); }
  std::string warning(std::string_view text) const { return wrap("33", text); }
  std::string error(std::string_view text) const { return wrap("31", text); }

 private:
  std::string wrap(std::string_view code, std::string_view text) const;

  bool is_on_;
};

}  // namespace namrack::cli
