#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace namrack::cli {

/// Rows of text in aligned columns, two spaces apart.
class Table {
 public:
  enum class Align { left, right };
  /// How a column gives way where not all fit: not at all; it is shortened to its beginning or its end; or it
  /// is left out.
  enum class Fit { whole, beginning, end, left_out };
  struct Column {
    std::string title;
    Align align = Align::left;
    Fit fit = Fit::whole;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell a column; control characters in it are made harmless. Throws std::invalid_argument.
  void add_row(std::vector<std::string> cells);

  static constexpr std::size_t kAnyWidth = 100'000;
  /// All lines, each ended by a line feed and without trailing spaces; the titles first unless all are empty.
  /// To keep within `width` columns, first columns are left out, the last ones first, then others shortened.
  std::string text(std::size_t width = kAnyWidth) const;

 private:
  /// The width of each column; nullopt: left out.
  std::vector<std::optional<std::size_t>> widths_within(std::size_t width) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace namrack::cli
