#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace namrack::cli {

/// Emphasis on terminals; nothing elsewhere, nor where NO_COLOR is set. And how many columns there are.
class Style {
 public:
  /// For texts that go to file descriptor `fd`.
  static Style for_output(int fd);
  static constexpr std::size_t kAnyColumns = 100'000;
  explicit Style(bool is_on, std::size_t columns = kAnyColumns) : is_on_(is_on), columns_(columns) {}

  /// Columns of the terminal; elsewhere $COLUMNS, or 80.
  std::size_t columns() const { return columns_; }
  /// A line of what cannot be shortened, broken at spaces, with what follows indented.
  std::string fit(const std::string& text, std::size_t indent = 2) const;

  std::string bold(std::string_view text) const { return wrap("1", text); }
  std::string warning(std::string_view text) const { return wrap("33", text); }
  std::string error(std::string_view text) const { return wrap("31", text); }

 private:
  std::string wrap(std::string_view code, std::string_view text) const;

  bool is_on_;
  std::size_t columns_;
};

}  // namespace namrack::cli
